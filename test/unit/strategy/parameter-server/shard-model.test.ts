/** One shard's table and vectors against a sequential model in float64, written from the published rules. */
import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { seeded } from '../../../../src/random.ts'
import type { Job, Op } from '../../../../src/strategy/parameter-server/kinds.ts'
import { serverOptionsSchema } from '../../../../src/strategy/parameter-server/options.ts'
import { decodeTable, encodeTable } from '../../../../src/strategy/parameter-server/saved-table.ts'
import { ShardTable } from '../../../../src/strategy/parameter-server/shard-table.ts'
import { ShardVectors } from '../../../../src/strategy/parameter-server/shard-vectors.ts'

const LENGTH = 7
const PEERS = ['a', 'b', 'c', 'd']

const perform = (vectors: ShardVectors, jobs: readonly Job[]): void => {
  for (const job of jobs) {
    if (job.kind === 'gather') vectors.gather(job.bytes, job.weight)
    else if (job.kind === 'close') vectors.close(job.total)
    else if (job.kind === 'step') vectors.step(job.bytes, job.scale)
  }
}

const close = (a: Iterable<number>, b: readonly number[]): boolean =>
  [...a].every((value, i) => Math.abs(value - b[i]!) < 1e-4)

const FACTORS: Readonly<Record<string, (age: number) => number>> = {
  inverse: (age) => 1 / (1 + age),
  'inverse-from-one': (age) => (age < 1 ? 1 : 1 / age),
  none: () => 1
}

for (const [staleness, factor] of Object.entries(FACTORS)) {
  test(`an asynchronous shard should weigh updates by their age: ${staleness}`, (t) => {
    const options = serverOptionsSchema.parse({
      name: 'parameter-server',
      mode: 'asynchronous',
      staleness,
      server: { name: 'sgd', rate: 0.5, momentum: 0.3 }
    })
    const random = seeded(4)
    const table = new ShardTable(options, 0)
    const vectors = new ShardVectors(new Float32Array(LENGTH), none, options.server)
    for (const peer of PEERS) table.apply({ kind: 'join', peer, life: 1, role: 'trainer' })
    table.apply({ kind: 'open' })
    let x = Array.from({ length: LENGTH }, () => 0)
    let u = x
    let updates = 0
    const seqs = new Map(PEERS.map((peer) => [peer, 0]))
    const ages = new Set<number>()
    for (let i = 0; i < 500; i++) {
      const peer = PEERS[random.integer(PEERS.length)]!
      const again = random.integer(4) === 0 && seqs.get(peer)! > 0
      const seq = seqs.get(peer)! + (again ? 0 : 1)
      seqs.set(peer, seq)
      const age = Math.min(updates, random.integer(6))
      const values = Float32Array.from({ length: LENGTH }, () => random.normal())
      const bytes = none.encode(values)
      perform(
        vectors,
        table.apply({ kind: 'push', peer, seq, base: updates - age, weight: 3, bytes })
      )
      if (again) continue
      ages.add(age)
      u = u.map((value, k) => 0.3 * value + factor(age) * values[k]!)
      x = x.map((value, k) => value - 0.5 * u[k]!)
      updates++
    }
    t.is(table.version, updates)
    t.is(ages.size, 6)
    t.true(close(vectors.params, x))
  })
}

test('a synchronous shard should take the mean by examples of those who train, and no late or repeated push', (t) => {
  const options = serverOptionsSchema.parse({
    name: 'parameter-server',
    server: { name: 'adam', rate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }
  })
  const random = seeded(5)
  const table = new ShardTable(options, 0)
  const vectors = new ShardVectors(new Float32Array(LENGTH), none, options.server)
  const trains = new Set<string>()
  let x = Array.from({ length: LENGTH }, () => 0)
  let [m, v] = [x, x]
  let round = 0
  let gathered: Array<{ values: Float32Array; weight: number }> = []
  const pushed = new Set<string>()
  const lastSeq = new Map<string, number>()
  const counts = { late: 0, repeated: 0, dropped: 0 }
  const endRound = (): void => {
    if (pushed.size === 0 || [...trains].some((peer) => !pushed.has(peer))) return
    const total = gathered.reduce((sum, { weight }) => sum + weight, 0)
    if (total > 0) {
      const steps = vectors.steps
      const mean = x.map(
        (_, k) => gathered.reduce((sum, one) => sum + one.weight * one.values[k]!, 0) / total
      )
      m = m.map((value, k) => 0.8 * value + 0.2 * mean[k]!)
      v = v.map((value, k) => 0.9 * value + 0.1 * mean[k]! ** 2)
      x = x.map(
        (value, k) =>
          value -
          (0.1 * (m[k]! / (1 - 0.8 ** steps))) / (Math.sqrt(v[k]! / (1 - 0.9 ** steps)) + 1e-3)
      )
    }
    gathered = []
    pushed.clear()
    round++
  }
  const apply = (op: Op): void => {
    perform(vectors, table.apply(op))
    endRound()
  }
  for (const peer of PEERS) {
    trains.add(peer)
    apply({ kind: 'join', peer, life: 7, role: 'trainer' })
  }
  apply({ kind: 'open' })
  for (let i = 0; i < 1500; i++) {
    const peer = PEERS[random.integer(PEERS.length)]!
    const what = random.integer(20)
    if (what === 0 && trains.size > 1) {
      trains.delete(peer)
      counts.dropped++
      apply({ kind: 'drop', peer })
    } else if (what === 1 && (lastSeq.get(peer) ?? 0) > 0) {
      counts.repeated++
      const bytes = none.encode(new Float32Array(LENGTH).fill(1e6))
      apply({ kind: 'push', peer, seq: lastSeq.get(peer)!, base: round, weight: 5, bytes })
    } else {
      const seq = (lastSeq.get(peer) ?? 0) + 1
      lastSeq.set(peer, seq)
      const late = random.integer(8) === 0 && round > 0
      const values = Float32Array.from({ length: LENGTH }, () => random.normal())
      const weight = random.integer(5)
      const bytes = weight === 0 ? new Uint8Array() : none.encode(values)
      const counted = !late && !pushed.has(peer)
      trains.add(peer)
      if (counted) {
        pushed.add(peer)
        if (weight > 0) gathered.push({ values, weight })
      } else counts.late++
      apply({ kind: 'push', peer, seq, base: late ? round - 1 : round, weight, bytes })
      t.is(table.participants.get(peer)!.late, !counted)
    }
    t.is(table.round, round)
  }
  t.true(round > 100 && Object.values(counts).every((count) => count > 10), JSON.stringify(counts))
  t.true(close(vectors.params, x))
})

test('a bounded shard should add n-ths, and let nobody run further ahead of the slowest than the bound', (t) => {
  const options = serverOptionsSchema.parse({ name: 'parameter-server', mode: 'bounded', bound: 2 })
  const table = new ShardTable(options, 0)
  const vectors = new ShardVectors(new Float32Array(1), none, options.server)
  for (const peer of PEERS) table.apply({ kind: 'join', peer, life: 1, role: 'trainer' })
  table.apply({ kind: 'open' })
  const clocks = new Map(PEERS.map((peer) => [peer, 0]))
  const random = seeded(6)
  const ahead = new Set<number>()
  let pushes = 0
  for (let i = 0; i < 400; i++) {
    // One is much slower than the rest.
    const peer = PEERS[random.integer(20) === 0 ? 0 : 1 + random.integer(3)]!
    const slowest = Math.min(...clocks.values())
    const may = clocks.get(peer)! - slowest <= 2
    t.is(table.mayGoOn(table.participants.get(peer)!, 0), may)
    if (!may) continue
    ahead.add(clocks.get(peer)! - slowest)
    const seq = clocks.get(peer)! + 1
    clocks.set(peer, seq)
    const bytes = none.encode(Float32Array.of(4))
    perform(vectors, table.apply({ kind: 'push', peer, seq, base: 0, weight: 1, bytes }))
    pushes++
    t.is(table.current, Math.min(...clocks.values()))
  }
  t.deepEqual([...ahead].sort(), [0, 1, 2])
  t.is(vectors.params[0], -pushes)
  // The slowest is waited for no longer.
  table.apply({ kind: 'drop', peer: 'a' })
  t.is(table.current, Math.min(...[...clocks].slice(1).map(([, clock]) => clock)))
})

test('an asynchronous round should be what more than half of those who train have reached', (t) => {
  const options = serverOptionsSchema.parse({ name: 'parameter-server', mode: 'asynchronous' })
  const table = new ShardTable(options, 0)
  for (const peer of PEERS) table.apply({ kind: 'join', peer, life: 1, role: 'trainer' })
  const push = (peer: string, seq: number): void =>
    void table.apply({ kind: 'push', peer, seq, base: 0, weight: 0, bytes: new Uint8Array() })
  for (let seq = 1; seq <= 9; seq++) for (const peer of ['b', 'c', 'd']) push(peer, seq)
  t.is(table.current, 9)
  push('a', 1)
  t.is(table.roundOf(table.participants.get('a')!), 9, 'a slow peer skips to the others')
  for (const peer of ['b', 'c']) table.apply({ kind: 'finish', peer, complete: true })
  t.is(table.current, 9, 'who has done all rounds still counts')
  t.false(table.over)
})

test('a table should come back from its bytes as it was, and hostile bytes as nothing', (t) => {
  const options = serverOptionsSchema.parse({ name: 'parameter-server' })
  const table = new ShardTable(options, 3)
  const ops: Op[] = [
    { kind: 'join', peer: 'a', life: 2 ** 32 - 1, role: 'trainer' },
    { kind: 'join', peer: 'bé', life: 0, role: 'follower' },
    { kind: 'join', peer: 'c', life: 5, role: 'server' },
    { kind: 'join', peer: 'd', life: 6, role: 'trainer' },
    { kind: 'open' },
    {
      kind: 'push',
      peer: 'a',
      seq: 300,
      base: 0,
      weight: 9,
      bytes: none.encode(new Float32Array(1))
    },
    {
      kind: 'push',
      peer: 'a',
      seq: 301,
      base: 0,
      weight: 9,
      bytes: none.encode(new Float32Array(1))
    },
    { kind: 'finish', peer: 'd', complete: true },
    { kind: 'join', peer: 'd', life: 8, role: 'trainer' }
  ]
  for (const op of ops) table.apply(op)
  const bytes = encodeTable(table)
  const again = decodeTable(bytes, options, 3)!
  t.deepEqual([...again.participants], [...table.participants])
  for (const field of ['op', 'version', 'round', 'open', 'total', 'current', 'over'] as const) {
    t.is(again[field], table[field], field)
  }
  const push: Op = { kind: 'push', peer: 'd', seq: 1, base: 1, weight: 1, bytes: new Uint8Array(4) }
  t.deepEqual(again.apply(push), table.apply(push))
  const random = seeded(8)
  for (let i = 0; i < bytes.length; i++) {
    t.is(decodeTable(bytes.subarray(0, i), options, 3), null)
    const harmed = bytes.slice()
    harmed[i] = random.integer(256)
    t.notThrows(() => decodeTable(harmed, options, 3))
  }
})
