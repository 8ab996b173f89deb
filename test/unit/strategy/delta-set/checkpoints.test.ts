/** When checkpoints are taken, and that nothing is missing in them. */
import test from 'ava'
import { Checkpoints, type OwnPart } from '../../../../src/strategy/delta-set/checkpoints.ts'
import type { Disputes } from '../../../../src/strategy/delta-set/disputes.ts'
import { HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import type { DeltaKinds } from '../../../../src/strategy/delta-set/kinds.ts'
import { packLog, unpackLog } from '../../../../src/strategy/delta-set/saved-log.ts'
import { Stage } from '../../../../src/strategy/stage.ts'
import { Author, bodyOf } from './author.ts'
import { heldOf } from './held.ts'

const COMPUTE = { vectors: { replica: Float32Array.of(1) }, data: null }
const ROUNDS: OwnPart['rounds'] = {
  done: 3,
  learnt: null,
  unsent: null,
  counts: true,
  settings: { density: 0.1, halvings: 0, guard: null },
  pace: { stepMs: 1, roundMs: null, steps: 2 },
  activity: []
}
const OWN: OwnPart = { signed: 4, round: 7, rounds: ROUNDS }

const scene = (every = 0) => {
  const stage = new Stage<DeltaKinds>()
  const held = new HeldDeltas(1 << 20)
  const restored: unknown[] = []
  const disputes: Pick<Disputes, 'save' | 'restore'> = {
    save: () => ({ newest: [], proofs: [] }),
    restore: (...state) => restored.push(...state)
  }
  const parts = { stage, held, disputes: disputes as Disputes, every }
  const kept = () =>
    stage.take().flatMap((effect) => (effect.type === 'checkpoint' ? [effect.record] : []))
  return { stage, held, checkpoints: new Checkpoints(parts), kept, restored }
}

test('should go on from a checkpoint where it was taken, with what can be served', (t) => {
  const [me, other] = [new Author('me').signMany(3), new Author('other').signMany(2)]
  const { held, checkpoints, kept, stage } = scene()
  for (const delta of [...heldOf(me), ...heldOf(other)]) held.add(delta)
  checkpoints.take(0, OWN)
  t.deepEqual(stage.take(), [{ type: 'compute', job: { kind: 'checkpoint' } }])
  // What comes after the cut is in no part of it.
  held.add(heldOf(other.signMany(1)).at(-1)!)
  checkpoints.copied(COMPUTE, { signed: 4, learnt: null })
  const [record] = kept()
  if (record?.kind !== 'checkpoint') return t.fail('no checkpoint was kept')
  t.like(record, { round: 7, signed: 4, rounds: ROUNDS, compute: COMPUTE })
  const later = scene()
  later.checkpoints.restore(record)
  t.deepEqual(later.held.position('me'), held.position('me'))
  t.is(later.held.seq('other'), 2)
  t.is(later.held.samples, 5)
  t.deepEqual([later.held.floor('me'), later.held.floor('other')], [0, 0])
  t.deepEqual(later.held.get('other', 2), heldOf(other)[1])
  t.deepEqual(later.held.log(), [...heldOf(me), ...heldOf(other).slice(0, 2)])
  t.deepEqual(later.stage.take(), [{ type: 'compute', job: { kind: 'resume', compute: COMPUTE } }])
  t.deepEqual(later.restored[1], [])
})

test('should leave out a checkpoint that an own delta has overtaken', (t) => {
  const { checkpoints, kept } = scene()
  checkpoints.take(0, OWN)
  checkpoints.copied(COMPUTE, { signed: 5, learnt: null })
  t.deepEqual(kept(), [])
  t.false(checkpoints.busy)
})

test('should keep what the local steps under way have found out, and nothing later', (t) => {
  const { checkpoints, kept } = scene()
  const learnt = { loss: 2, samples: 8 }
  for (const unsent of [null, 3]) {
    checkpoints.take(0, { ...OWN, rounds: { ...ROUNDS, unsent } })
    checkpoints.copied(COMPUTE, { signed: 4, learnt })
    checkpoints.concluded()
  }
  const [between, under] = kept()
  t.is(between?.rounds.learnt, null)
  t.deepEqual(under?.rounds.learnt, learnt)
})

test('should be due after sixteen rounds where no time is given, and wait for sixteen more', (t) => {
  const { checkpoints } = scene()
  const at = (turn: number) => [checkpoints.due(turn), checkpoints.overdue(turn)]
  t.deepEqual([15, 16, 31, 32].map(at), [
    [false, false],
    [true, false],
    [true, false],
    [true, true]
  ])
})

test('should be due after the time that is given, however long rounds are, and one at a time', (t) => {
  const { checkpoints, stage } = scene(1000)
  t.deepEqual([checkpoints.due(0), checkpoints.due(1)], [false, true])
  stage.now = 500
  checkpoints.take(16, OWN)
  stage.now = 5000
  t.false(checkpoints.due(100), 'one is being copied')
  checkpoints.copied(COMPUTE, { signed: 4, learnt: null })
  t.false(checkpoints.due(100), 'one is being written')
  // Whether it was kept or not.
  checkpoints.concluded()
  stage.now = 1499
  t.false(checkpoints.due(1000))
  stage.now = 1500
  t.deepEqual([checkpoints.due(16), checkpoints.due(17)], [false, true], 'a round has been done')
  stage.now = 2499
  t.false(checkpoints.overdue(17))
  stage.now = 2500
  t.true(checkpoints.overdue(17))
})

test('should read the log that it has written, with bodies of any length, and leave out what is none', (t) => {
  const a = new Author('a').signMany(2)
  a.sign(bodyOf({ payload: new Array(300).fill(1) }))
  const b = new Author('b').signMany(1)
  const deltas = [...heldOf(b), ...heldOf(a)]
  const { body, head, ...statement } = heldOf(new Author('c').signMany(1))[0]!
  const names = ['a', 'b', 'c']
  const bytes = packLog(names, { deltas, statements: [statement] })
  t.deepEqual(unpackLog(names, bytes), { deltas, statements: [statement] })
  t.deepEqual(
    unpackLog(names, packLog(['a'], { deltas, statements: [statement] })).deltas,
    heldOf(a)
  )
  for (const cut of [1, 50, bytes.length - 1]) {
    t.deepEqual(unpackLog(names, bytes.slice(0, cut)), { deltas: [], statements: [] })
  }
  t.deepEqual(unpackLog([], new Uint8Array()), { deltas: [], statements: [] })
})
