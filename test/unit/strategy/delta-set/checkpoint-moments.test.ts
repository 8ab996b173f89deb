/** When a peer keeps checkpoints, and that it ends whatever becomes of them. */
import test from 'ava'
import type { Application } from '../../../../src/strategy/delta-set/kinds.ts'
import { SoloPeer } from '../../../helpers/solo-peer.ts'
import { tinyStrategy, tinyTrainer } from './tiny.ts'

const ROUNDS = 70

const strategy = tinyStrategy(1, ROUNDS)

const solo = (
  ...rest: ConstructorParameters<typeof SoloPeer> extends [unknown, unknown, ...infer R] ? R : never
) => new SoloPeer(strategy, tinyTrainer(0), ...rest)

const roundsOf = ({ moments }: SoloPeer): number[] => moments.map(({ rounds }) => rounds)

test('should keep one every sixteen rounds, and one at the end', (t) => {
  const peer = solo()
  peer.run()
  t.deepEqual(roundsOf(peer), [16, 32, 48, 64, ROUNDS])
})

test('should keep them no more often than it was told, but for the last', (t) => {
  // A round takes ten milliseconds.
  const peer = solo([], { checkpointEvery: 300 })
  peer.run()
  t.deepEqual(roundsOf(peer), [1, 31, 61, ROUNDS])
})

test('should keep them where nobody has confirmed anything, after a while', (t) => {
  const peer = solo([], { members: 3 })
  peer.run(() => peer.rounds === 69)
  t.deepEqual(roundsOf(peer), [32, 64])
  peer.tell({ type: 'leave' })
  peer.run()
  t.is(peer.checkpoints, 3)
  t.is(peer.records.length, 1)
})

test('should end though the disk takes no checkpoint, and try no more often', (t) => {
  const peer = solo([], { checkpointEvery: 300 })
  peer.keeps = false
  peer.run()
  t.deepEqual(roundsOf(peer), [1, 31, 61, ROUNDS])
  // All of its own deltas, and the last.
  t.is(peer.records.length, ROUNDS + 1)
})

test('should not send again what it has sent since the checkpoint that it goes on from', (t) => {
  const first = solo()
  first.run(() => first.rounds === 20)
  const [checkpoint, ...own] = first.records
  t.is(checkpoint?.kind, 'checkpoint')
  t.is(own.length, 4)
  const second = solo(first.records)
  second.run(() => second.rounds === 1)
  t.is(second.rounds, 1)
  const jobs = second.effects.flatMap((effect) => (effect.type === 'compute' ? [effect.job] : []))
  const applied = jobs.flatMap((job): readonly Application[] =>
    job.kind === 'apply' ? job.deltas : []
  )
  // The four records, and the one that it has made in this life.
  t.deepEqual(
    applied.map(({ own, recalled }) => [own, recalled]),
    [...own.map(() => [true, true]), [true, false]]
  )
  const [resume] = jobs.flatMap((job) => (job.kind === 'resume' ? [job] : []))
  const compute = strategy.compute(tinyTrainer(0))
  compute.run(resume!)
  const before = compute.run({ kind: 'checkpoint' })
  const decoded = applied.slice(0, 4)
  compute.run({ kind: 'apply', deltas: decoded })
  const after = compute.run({ kind: 'checkpoint' })
  if (before.kind !== 'checkpoint' || after.kind !== 'checkpoint') return t.fail()
  const [was, is] = [before.compute.vectors, after.compute.vectors]
  let settled = 0
  for (const [i, value] of is['residual']!.entries()) {
    const sent = is['base']![i] !== was['base']![i]
    t.is(value, sent ? 0 : was['residual']![i]!)
    if (sent && was['residual']![i] !== 0) settled++
  }
  t.true(settled > 0)
})

test('should take the number after the newest record, and end where all rows are seen', (t) => {
  const first = solo()
  first.run(() => first.rounds === 20)
  const second = solo(first.records)
  second.run()
  const own = second.effects.flatMap((effect) => (effect.type === 'persist' ? [effect.record] : []))
  t.deepEqual(
    own.map((record) => (record.kind === 'own' ? record.delta.seq : 0)),
    Array.from({ length: ROUNDS - 20 + 1 }, (_, i) => 21 + i)
  )
})

test('should write nothing that it has not done', (t) => {
  const peer = solo([], { trains: false, members: 0 })
  peer.run(() => peer.now > 60_000)
  t.is(peer.checkpoints, 0)
  t.deepEqual(peer.records, [])
  peer.tell({ type: 'leave' })
  peer.run()
  t.true(peer.finished)
  // It begins to train once it is told to.
  const other = solo([], { trains: false, members: 0 })
  other.run(() => other.now > 1000)
  other.tell({ type: 'training', on: true })
  other.tell({ type: 'neighbours', peers: [], members: 1 })
  other.run()
  t.is(other.rounds, ROUNDS)
})
