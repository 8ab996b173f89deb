/** The vectors: nothing that local steps have moved is lost, and integers undo exactly. */

import { createHash } from 'node:crypto'
import test from 'ava'
import { createDeltaDecoder, createDeltaEncoder } from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import { hashOf } from '../../../../src/strategy/delta-set/chain.ts'
import { DeltaCompute } from '../../../../src/strategy/delta-set/compute.ts'
import {
  foldProgress,
  toFixedPoint,
  toFloats
} from '../../../../src/strategy/delta-set/fixed-point.ts'
import { replicaHash } from '../../../../src/strategy/delta-set/replica-hash.ts'
import type { Trainer } from '../../../../src/strategy/strategy.ts'
import type { Bytes } from '../../../../src/vector/vector.ts'
import { nothingSaved } from '../../../helpers/synthetic-trainers.ts'
import { hashSlowly } from './mesh-oracle.ts'
import { TINY, tinyCode, tinyInitial } from './tiny.ts'

const UNIT = 2 ** -24

/** Moves the replica by what it is told to; remembers what it was given. */
class Mover implements Trainer {
  readonly layout = TINY
  /** How often the initial replica was drawn. */
  draws = 0
  readonly save = nothingSaved.save
  readonly restore = nothingSaved.restore
  move = new Float32Array(TINY.length)
  seen = new Float32Array(TINY.length)
  initial() {
    this.draws++
    return tinyInitial()
  }
  train(replica: Float32Array<ArrayBuffer>, steps: number) {
    this.seen = replica.slice()
    for (let i = 0; i < replica.length; i++) replica[i] = replica[i]! + this.move[i]!
    return { loss: 1, samples: steps }
  }
}

const make = (decay = 1) => {
  const trainer = new Mover()
  const encoder = createDeltaEncoder(tinyCode)
  const decoder = createDeltaDecoder(tinyCode)
  const compute = new DeltaCompute(
    { decay, rateAt: () => 0.1, sha256: hashOf },
    { encoder, decoder, control: null },
    trainer
  )
  const encode = (weight: number): Bytes => {
    const result = compute.run({ kind: 'encode', density: 0.1, weight })
    if (result.kind !== 'encoded' || result.payload === null) throw new Error('nothing to say')
    return result.payload
  }
  const apply = (payload: Bytes, weight: number): void => {
    const delta = { payload, own: true, recalled: false, weight, steps: 1, origins: 1 }
    compute.run({ kind: 'apply', deltas: [delta] })
  }
  return { trainer, encoder, decoder, compute, encode, apply }
}

test('should begin with the initial replica, in units of 2^-24', (t) => {
  const { compute } = make()
  const initial = tinyInitial()
  for (let i = 0; i < initial.length; i++) {
    t.is(compute.replica[i], Math.fround(Math.round(initial[i]! * 2 ** 24) * UNIT))
  }
})

test('should keep in the residual all that has not been sent, whatever the weight', (t) => {
  const random = seeded(5)
  const { trainer, encoder, decoder, compute, encode, apply } = make()
  /** What local steps have taken off, and what deltas have, unweighted, in float64. */
  const moved = new Float64Array(TINY.length)
  const sent = new Float64Array(TINY.length)
  for (let round = 0; round < 50; round++) {
    const weight = round % 2 === 0 ? 1 : 0.375
    trainer.move = trainer.move.map(() => 0.1 * random.normal())
    const before = compute.replica.slice()
    compute.run({ kind: 'local-steps', steps: 1, from: round })
    t.deepEqual(trainer.seen, before)
    t.deepEqual(compute.replica, before, 'local steps have changed the replica itself')
    for (let i = 0; i < moved.length; i++) {
      moved[i]! += before[i]! - Math.fround(before[i]! + trainer.move[i]!)
    }
    const payload = encode(weight)
    const { count, indices, values } = decoder.decode(payload)
    t.true(count >= 1 && count <= 4)
    for (let j = 0; j < count; j++) sent[indices[j]!]! += (values[j]! * UNIT) / weight
    apply(payload, weight)
    for (let i = 0; i < moved.length; i++) {
      // float32 roundings of numbers below 2, a few in each round.
      const off = Math.abs(moved[i]! - sent[i]! - encoder.residual[i]!)
      t.true(off < 1e-6 * (round + 1), `round ${round}, ${i}: ${off}`)
    }
  }
})

test('should let the residual fade by its decay', (t) => {
  const { trainer, encoder, compute } = make(0.5)
  trainer.move.fill(-1)
  for (const expected of [1, 1.5, 1.75]) {
    compute.run({ kind: 'local-steps', steps: 1, from: 0 })
    for (const value of encoder.residual) t.true(Math.abs(value - expected) < 1e-6)
  }
})

test('should undo exactly what it has applied, in any order', (t) => {
  const { trainer, compute, encode, apply } = make()
  const random = seeded(6)
  const before = compute.fingerprint()
  const payloads: Bytes[] = []
  for (let round = 0; round < 20; round++) {
    trainer.move = trainer.move.map(() => random.normal())
    compute.run({ kind: 'local-steps', steps: 1, from: 0 })
    const payload = encode(1)
    payloads.push(payload)
    apply(payload, 1)
  }
  t.not(compute.fingerprint(), before)
  compute.run({ kind: 'undo', payloads: payloads.slice(5).toReversed() })
  compute.run({ kind: 'undo', payloads: payloads.slice(0, 5) })
  t.is(compute.fingerprint(), before)
})

test('should have nothing to say when the residual is not finite or is nothing', (t) => {
  const { trainer, compute } = make()
  const encoded = () => compute.run({ kind: 'encode', density: 0.1, weight: 1 })
  t.deepEqual(encoded(), { kind: 'encoded', payload: null })
  trainer.move[3] = Number.NaN
  compute.run({ kind: 'local-steps', steps: 1, from: 0 })
  t.deepEqual(encoded(), { kind: 'encoded', payload: null })
  t.true(compute.replica.every(Number.isFinite))
})

test('should round to the nearest unit, and wrap around at 128', (t) => {
  const fixed = toFixedPoint(Float32Array.of(0, 1, -1, 2 ** -25, -(2 ** -24), 127.5, 100))
  t.deepEqual([...fixed], [0, 2 ** 24, -(2 ** 24), 1, -1, 127.5 * 2 ** 24, 100 * 2 ** 24])
  const floats = new Float32Array(7)
  toFloats(fixed, floats)
  t.deepEqual([...floats], [0, 1, -1, 2 ** -24, -(2 ** -24), 127.5, 100])
  t.deepEqual([...toFixedPoint(Float32Array.of(128))], [-(2 ** 31)])
})

test('should say how large the largest parameter is', (t) => {
  const base = toFixedPoint(Float32Array.of(1, -101, 3))
  const x = Float32Array.of(1, -101, 3)
  t.is(foldProgress(base, x, new Float32Array(3), 1), 101)
})

test('should hash the little-endian replica in pieces of 64 KiB', (t) => {
  const random = seeded(7)
  for (const length of [1, 16_384, 16_385, 40_000]) {
    const base = Int32Array.from({ length }, () => random.integer(2 ** 32) - 2 ** 31)
    t.is(replicaHash(base), hashSlowly(base), `${length}`)
  }
  const one = createHash('sha256')
    .update(Uint8Array.of(1, 0, 0, 0))
    .digest()
  t.is(replicaHash(Int32Array.of(1)), createHash('sha256').update(one).digest('hex'))
})

test('should draw no initial replica for who begins with a checkpoint or a snapshot, and be the same as who did', (t) => {
  const old = make()
  old.trainer.move.fill(0.25)
  old.compute.run({ kind: 'local-steps', steps: 1, from: 0 })
  old.apply(old.encode(1), 1)
  const saved = old.compute.run({ kind: 'checkpoint' })
  const snapshot = old.compute.run({ kind: 'snapshot', undo: [], keep: true })
  if (saved.kind !== 'checkpoint' || snapshot.kind !== 'snapshot') return t.fail()
  t.is(old.trainer.draws, 1)

  const restart = make()
  restart.compute.run({ kind: 'resume', compute: saved.compute })
  const joiner = make()
  joiner.compute.run({ kind: 'restore', chunks: [snapshot.bytes!], kept: [], share: 0 })
  for (const { compute, trainer } of [restart, joiner]) {
    t.deepEqual(compute.replica, old.compute.replica)
    t.is(compute.fingerprint(), old.compute.fingerprint())
    t.is(trainer.draws, 0)
  }
})

test('should begin with the initial replica still after a checkpoint and a snapshot that do not fit', (t) => {
  const { compute, trainer, decoder } = make()
  t.throws(() => compute.run({ kind: 'resume', compute: { vectors: {}, data: null } }))
  const tooLong = new Uint8Array(decoder.maxBytes + 1)
  t.throws(() => compute.run({ kind: 'restore', chunks: [], kept: [tooLong], share: 0 }))
  t.is(trainer.draws, 0)
  t.is(compute.fingerprint(), make().compute.fingerprint())
})

test('should send what it began with again, where a snapshot takes its place and asks for it', (t) => {
  const share = 0.5
  const { compute, encoder } = make()
  const zero = new Uint8Array(4 * TINY.length)
  compute.run({ kind: 'restore', chunks: [zero], kept: [], share })
  const began = toFixedPoint(tinyInitial())
  for (let i = 0; i < began.length; i++) {
    t.is(encoder.residual[i], Math.fround(-share * began[i]! * UNIT))
  }
})
