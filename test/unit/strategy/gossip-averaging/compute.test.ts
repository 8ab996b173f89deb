import test from 'ava'
import type { Compressor } from '../../../../src/compression/compressor.ts'
import { float16 } from '../../../../src/compression/float16.ts'
import { int4 } from '../../../../src/compression/int4.ts'
import { none } from '../../../../src/compression/none.ts'
import {
  GossipCompute,
  type GossipComputeOptions
} from '../../../../src/strategy/gossip-averaging/compute.ts'
import type { Payload } from '../../../../src/strategy/gossip-averaging/kinds.ts'
import { averagingTrainers, quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'

const LENGTH = 500
const ID = '0000000100000002'
/** Half a unit in the last place of a half: eleven significant bits. */
const HALF = 2 ** -11

const optionsWith = (options: Partial<GossipComputeOptions> = {}): GossipComputeOptions => ({
  gamma: 1,
  slowMomentum: 0,
  compressor: none,
  snapshot: float16,
  diagnostics: true,
  ...options
})

const pairOf = (options: Partial<GossipComputeOptions> = {}): [GossipCompute, GossipCompute] => {
  const [a, b] = averagingTrainers(2, LENGTH, 1)
  return [new GossipCompute(optionsWith(options), a!), new GossipCompute(optionsWith(options), b!)]
}

const encode = (compute: GossipCompute, k: number): Payload => {
  const result = compute.run({ kind: 'encode', edges: [{ id: ID, k }], joining: false })
  return result.kind === 'encoded' ? result.edges[0]! : { shift: -1, bytes: new Uint8Array() }
}

const mix = (
  [a, b]: readonly [GossipCompute, GossipCompute],
  k: number,
  weight: number,
  shift = 0
): void => {
  const [fromA, fromB] = [encode(a, k).bytes, encode(b, k).bytes]
  const job = { kind: 'mix', id: ID, k, weight, shift } as const
  a.run({ ...job, own: fromA, theirs: fromB })
  b.run({ ...job, own: fromB, theirs: fromA })
}

test('should move two replicas towards each other by the weight of their edge', (t) => {
  for (const weight of [0.5, 0.2]) {
    for (const gamma of [1, 0.3]) {
      const pair = pairOf({ gamma })
      const [x, y] = pair.map(({ replica }) => Float64Array.from(replica))
      mix(pair, 1, weight)
      for (let i = 0; i < LENGTH; i++) {
        const expected = x![i]! + gamma * weight * (y![i]! - x![i]!)
        // Both snapshots are rounded to halves; the sum to float32.
        const tolerance = gamma * weight * HALF * (Math.abs(x![i]!) + Math.abs(y![i]!)) + 1e-6
        const error = Math.abs(pair[0].replica[i]! - expected)
        t.true(error <= tolerance, `element ${i} off by ${error}, weight ${weight}`)
      }
    }
  }
})

test('should follow averaging in float64 once the copies are exact', (t) => {
  const pair = pairOf()
  mix(pair, 1, 0.5)
  const [x, y] = pair.map(({ replica }) => Float64Array.from(replica))
  for (let k = 2; k <= 6; k++) {
    mix(pair, k, 0.2)
    for (let i = 0; i < LENGTH; i++) {
      const step = 0.2 * (y![i]! - x![i]!)
      x![i] = x![i]! + step
      y![i] = y![i]! - step
      // Float32 rounding of numbers below four, a few times over.
      t.true(Math.abs(pair[0].replica[i]! - x![i]!) < 2e-6, `exchange ${k}, element ${i}`)
      t.true(Math.abs(pair[1].replica[i]! - y![i]!) < 2e-6, `exchange ${k}, element ${i}`)
    }
  }
})

test('should halve the step once for each unit of shift', (t) => {
  for (const shift of [1, 2, 12]) {
    const [full, shifted] = [pairOf(), pairOf()]
    const start = full[0].replica.slice()
    mix(full, 1, 0.5)
    mix(shifted, 1, 0.5, shift)
    for (let i = 0; i < LENGTH; i++) {
      const whole = full[0].mixed![i]!
      t.is(shifted[0].mixed![i], whole / 2 ** shift, `shift ${shift}`)
      t.true(Math.abs(shifted[0].replica[i]! - start[i]! - whole / 2 ** shift) < 1e-6)
    }
  }
})

const CODES: ReadonlyArray<readonly [string, Compressor]> = [
  ['none', none],
  ['int4', int4]
]

for (const [name, compressor] of CODES) {
  test(`should change nothing by encoding, with ${name}`, (t) => {
    const pair = pairOf({ compressor })
    for (let k = 1; k <= 3; k++) {
      const replica = pair[0].replica.slice()
      const first = encode(pair[0], k)
      t.deepEqual(encode(pair[0], k), first, `exchange ${k}`)
      t.deepEqual(pair[0].replica, replica, `exchange ${k}`)
      mix(pair, k, 0.5)
      // What the neighbour of an untouched twin would have made of the same bytes.
      t.notDeepEqual(pair[0].replica, replica, `exchange ${k}`)
    }
  })

  test(`should know what mixing has added, with ${name}`, (t) => {
    const pair = pairOf({ compressor })
    const start = pair.map(({ replica }) => replica.slice())
    for (let k = 1; k <= 20; k++) mix(pair, k, 0.3)
    for (const [p, { replica, mixed }] of pair.entries()) {
      for (let i = 0; i < LENGTH; i++) {
        // Twenty roundings of numbers below four to float32.
        const error = Math.abs(replica[i]! - start[p]![i]! - mixed![i]!)
        t.true(error < 20 * 2 ** -23, `peer ${p}, element ${i}: ${error}`)
      }
    }
  })

  test(`should keep the sum of both replicas, with ${name}`, (t) => {
    const pair = pairOf({ compressor })
    // The two ends ask for different steps; the protocol hands both the larger shift.
    for (let k = 1; k <= 20; k++) mix(pair, k, 0.4, k % 3)
    for (let i = 0; i < LENGTH; i++) {
      // The same float32 copies at both ends: what one adds, the other takes, bit for bit.
      t.is(pair[0].mixed![i]! + pair[1].mixed![i]!, 0, `element ${i}`)
    }
  })
}

test('should bend the sum when only one end shifts its step: why both take the larger', (t) => {
  const [a, b] = pairOf()
  const [fromA, fromB] = [encode(a, 1).bytes, encode(b, 1).bytes]
  const job = { kind: 'mix', id: ID, k: 1, weight: 0.5 } as const
  a.run({ ...job, shift: 0, own: fromA, theirs: fromB })
  b.run({ ...job, shift: 1, own: fromB, theirs: fromA })
  t.true(a.mixed!.some((value, i) => Math.abs(value + b.mixed![i]!) > 0.1))
})

test('should mix by the copies alone, though the replica has moved on since it was encoded', (t) => {
  const [still, moved] = [pairOf(), pairOf()]
  const bytes = [encode(moved[0], 1).bytes, encode(moved[1], 1).bytes] as const
  moved[0].replica.fill(7)
  const job = { kind: 'mix', id: ID, k: 1, weight: 0.5, shift: 0 } as const
  moved[0].run({ ...job, own: bytes[0], theirs: bytes[1] })
  mix(still, 1, 0.5)
  t.deepEqual(moved[0].mixed, still[0].mixed)
})

test('should begin again from zero with an edge that was forgotten', (t) => {
  const pair = pairOf()
  const fresh = encode(pair[0], 1)
  mix(pair, 1, 0.5)
  const replica = pair[0].replica.slice()
  pair[0].run({ kind: 'forget', id: ID })
  const again = encode(pair[0], 1)
  t.deepEqual(again.bytes, float16.encode(replica))
  t.notDeepEqual(again.bytes, fresh.bytes)
  // The code of a difference to a zero copy is the replica itself.
  t.deepEqual(encode(pair[0], 2).bytes, none.encode(replica))
})

test('should keep the copies of different edges apart', (t) => {
  const pair = pairOf()
  const other = { id: '0000000100000003', k: 2 }
  mix(pair, 1, 0.5)
  const result = pair[0].run({ kind: 'encode', edges: [{ id: ID, k: 2 }, other], joining: false })
  const [known, unknown] = result.kind === 'encoded' ? result.edges : []
  t.deepEqual(unknown?.bytes, none.encode(pair[0].replica))
  t.notDeepEqual(known?.bytes, unknown?.bytes)
})

test('should ask for a smaller step on new edges, too, once an edge has diverged', (t) => {
  const [a] = pairOf()
  for (let growth = 0; growth < 6; growth++) {
    encode(a, 2)
    for (let i = 0; i < LENGTH; i++) a.replica[i] = 2 * a.replica[i]!
  }
  t.is(encode(a, 2).shift, 1)
  const result = a.run({ kind: 'encode', edges: [{ id: 'another', k: 1 }], joining: false })
  t.is(result.kind === 'encoded' ? result.edges[0]!.shift : -1, 1)
})

test('should count no mixing and no diagnostics when they are off', (t) => {
  const [trainer] = quadraticTrainers(1, LENGTH, 0.1, 2)
  const compute = new GossipCompute(optionsWith({ diagnostics: false }), trainer!)
  t.is(compute.mixed, null)
  const result = compute.run({ kind: 'local-steps', steps: 3, from: 0 })
  t.deepEqual(result, { kind: 'trained', loss: 0, samples: 3 })
  for (let i = 0; i < LENGTH; i++) {
    // Gradient descent from zero on 1/2 |x - c|^2: 1 - (1 - rate)^steps of the way.
    const expected = (1 - 0.9 ** 3) * trainer!.optimum[i]!
    t.true(Math.abs(compute.replica[i]! - expected) < 1e-6, `element ${i}`)
  }
})

test('should apply slow momentum before the local steps of every round', (t) => {
  const [trainer] = quadraticTrainers(1, 1, 0.5, 2)
  const compute = new GossipCompute(optionsWith({ slowMomentum: 0.5 }), trainer!)
  const c = trainer!.optimum[0]!
  // Float64 by hand: x = c/2; u = -c/2, x stays; then 3c/4; u = -c/4 - c/4, x = c; then c.
  for (const expected of [c / 2, (3 * c) / 4, c]) {
    compute.run({ kind: 'local-steps', steps: 1, from: 0 })
    t.true(Math.abs(compute.replica[0]! - expected) < 1e-6, `${compute.replica[0]} ${expected}`)
  }
})

test('should say nothing to anybody once the replica is no longer finite', (t) => {
  for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const [compute] = pairOf()
    compute.replica[LENGTH - 1] = poison
    const edges = [1, 2].map((k) => ({ id: ID, k }))
    t.deepEqual(compute.run({ kind: 'encode', edges, joining: false }), {
      kind: 'encoded',
      edges: []
    })
  }
})

test('should only show its replica when it joins, and then take the mean of those it was shown', (t) => {
  const [compute] = pairOf({ slowMomentum: 0.9 })
  const before = compute.replica.slice()
  const shown = averagingTrainers(2, LENGTH, 7).map((trainer) => trainer.initial())
  const ids = ['00000000000000aa', '00000000000000bb']
  const edges = ids.map((id) => ({ id, k: 1 }))
  const encoded = compute.run({ kind: 'encode', edges, joining: true })
  if (encoded.kind !== 'encoded') return t.fail(encoded.kind)
  encoded.edges.forEach(({ id, k, shift, bytes }, i) => {
    t.is(shift, 31)
    const theirs = float16.encode(shown[i]!)
    compute.run({ kind: 'mix', id, k, weight: 0.5, shift, own: bytes, theirs })
  })
  for (let i = 0; i < LENGTH; i++) {
    t.true(Math.abs(compute.replica[i]! - before[i]!) < 1e-8, `element ${i} was mixed`)
  }
  compute.run({ kind: 'adopt', ids })
  for (let i = 0; i < LENGTH; i++) {
    const [a, b] = [shown[0]![i]!, shown[1]![i]!]
    const tolerance = (HALF * (Math.abs(a) + Math.abs(b))) / 2 + 1e-7
    t.true(Math.abs(compute.replica[i]! - (a + b) / 2) <= tolerance, `element ${i}`)
  }
})
