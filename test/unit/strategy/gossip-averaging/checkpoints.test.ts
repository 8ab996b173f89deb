/** When a peer takes checkpoints, and how it goes on from one. */
import test from 'ava'
import type { Checkpoint } from '../../../../src/strategy/strategy.ts'
import { Scene } from './protocol-scene.ts'

/** One answered exchange: a round takes 100 ms. */
const round = (scene: Scene): void => {
  scene.now += 100
  scene.answer('b')
}

const sceneOf = (checkpointEvery?: number, rounds = 100): Scene => {
  const choices = checkpointEvery === undefined ? {} : { checkpointEvery }
  const scene = new Scene({ rounds }, 0, choices)
  scene.begin('b')
  scene.meet('b', true, 0)
  return scene
}

const taken = (scene: Scene): number[] => scene.of('checkpoint').map(({ record }) => record.round)

const kept = (scene: Scene, kept = true): void => scene.give({ type: 'checkpointed', kept })

test('should take one every 16 rounds where time sets no bound, between the rounds', (t) => {
  const scene = sceneOf(0)
  for (let i = 1; i <= 50; i++) {
    round(scene)
    if (i % 16 === 0) kept(scene)
  }
  t.deepEqual(taken(scene), [16, 32, 48])
  const jobs = scene.of('compute').map(({ job }) => job.kind)
  const at = jobs.indexOf('checkpoint')
  t.deepEqual(jobs.slice(at - 1, at + 2), ['mix', 'checkpoint', 'local-steps'])
})

test('should take one as often as it is asked to, however many rounds that are', (t) => {
  const scene = sceneOf(450)
  for (let i = 1; i <= 20; i++) {
    round(scene)
    kept(scene)
  }
  // Since the start, then since the beginning of the one before.
  t.deepEqual(taken(scene), [5, 10, 15, 20])
})

test('should take none where nobody asks for any', (t) => {
  const scene = sceneOf()
  for (let i = 0; i < 40; i++) round(scene)
  scene.give({ type: 'leave' })
  const { id } = scene.exchanges('b')[0]!
  scene.hear('b', { kind: 'done', id })
  t.deepEqual(taken(scene), [])
})

test('should have one under way at a time, and hold no round up', (t) => {
  const scene = sceneOf(450)
  for (let i = 0; i < 20; i++) round(scene)
  t.deepEqual(taken(scene), [5])
  t.is(scene.rounds.length, 20)
  kept(scene, false)
  // One that was not kept is no reason to hurry.
  t.deepEqual(taken(scene), [5])
  round(scene)
  t.deepEqual(taken(scene), [5, 21])
})

test('should take a last one when it parts, and finish whether that is kept or not', (t) => {
  for (const keeps of [true, false]) {
    const scene = sceneOf(1e9)
    for (let i = 0; i < 7; i++) round(scene)
    scene.give({ type: 'leave' })
    const { id } = scene.exchanges('b')[0]!
    t.deepEqual(taken(scene), [], 'its edge is still there')
    scene.answer('b')
    scene.hear('b', { kind: 'done', id })
    // The local steps of round 7 had been done: 8 comes next.
    t.deepEqual(taken(scene), [8])
    t.is(scene.of('finished').length, 0)
    kept(scene, keeps)
    t.is(scene.of('finished').length, 1)
    kept(scene, keeps)
    t.is(scene.of('finished').length, 1)
  }
})

test('should wait for the one under way before the last one, and for no neighbour after its patience', (t) => {
  const scene = sceneOf(450)
  for (let i = 0; i < 6; i++) round(scene)
  t.deepEqual(taken(scene), [5])
  scene.give({ type: 'leave' })
  scene.now += 5000
  scene.give({ type: 'timer', name: 'leave' })
  t.deepEqual(taken(scene), [5])
  kept(scene)
  t.deepEqual(taken(scene), [5, 7])
  t.is(scene.of('finished').length, 0)
  kept(scene)
  t.is(scene.of('finished').length, 1)
})

test('should keep nothing where nothing has been done, or of a replica that is no part of the swarm', (t) => {
  const idle = new Scene({}, 0, { checkpointEvery: 0 })
  idle.begin('b')
  idle.give({ type: 'leave' })
  t.deepEqual([taken(idle), idle.of('finished').length], [[], 1])

  // Comes to a swarm in round 50 and hears no replica: no exchange is answered.
  const joiner = new Scene({}, 0, { checkpointEvery: 1 })
  joiner.begin('b')
  joiner.meet('b', true, 50)
  for (let i = 0; i < 5; i++) {
    joiner.now += 2000
    joiner.give({ type: 'timer', name: `round-${joiner.begun.at(-1)}` })
  }
  t.true(joiner.rounds.length > 0)
  t.deepEqual(taken(joiner), [])
})

test('should go on from a checkpoint: its round, its replica, new edges', (t) => {
  const before = sceneOf(0)
  for (let i = 0; i < 16; i++) round(before)
  const [effect] = before.of('checkpoint')
  const record: Checkpoint = effect!.record
  const after = new Scene({}, 0, { checkpointEvery: 0 })
  after.give({ type: 'started', records: [record] })
  t.deepEqual(after.begun, [16], 'the topology of its round, before it has met anybody')
  after.give({ type: 'neighbours', peers: ['b'], members: 2 })
  after.meet('b', true, 17)
  const [resume, steps, encode] = after.of('compute').map(({ job }) => job)
  t.deepEqual(resume, { kind: 'resume', compute: before.compute })
  t.deepEqual(steps, { kind: 'local-steps', steps: 8, from: 128 })
  // Its replica is one of the swarm's: the first exchange moves both ends.
  t.true(encode?.kind === 'encode' && !encode.joining && encode.edges[0]?.k === 1)
  t.deepEqual(after.begun, [16])
})

test('should finish at once with a checkpoint of the end, and take no other', (t) => {
  const scene = new Scene({ rounds: 16 }, 0, { checkpointEvery: 0 })
  const compute = { vectors: {}, data: null }
  scene.give({ type: 'started', records: [{ kind: 'checkpoint', round: 16, compute }] })
  scene.give({ type: 'neighbours', peers: ['b'], members: 2 })
  t.deepEqual([taken(scene), scene.steps, scene.of('finished').length], [[], [], 1])
})
