/** Peers that take part and do not train. */
import test from 'ava'
import { Scene } from './protocol-scene.ts'

const follower = (options = {}, ...peers: string[]): Scene => {
  const scene = new Scene(options, 0, { trains: false })
  scene.begin(...peers)
  return scene
}

/** A neighbour's first exchange on the edge that it shares with this peer. */
const part = (scene: Scene, peer: string, k: number, round: number): void => {
  const hellos = scene
    .of('send')
    .flatMap(({ to, message }) => (to === peer && message.kind === 'hello' ? [message] : []))
  // Scene's neighbours number their hellos from 1, in the order in which they were met.
  const theirs = scene.nonceOf(peer)
  const mine = hellos.at(-1)!.nonce
  const [low, high] = 'a' < peer ? [mine, theirs] : [theirs, mine]
  const id = [low, high].map((n) => n.toString(16).padStart(8, '0')).join('')
  scene.hear(peer, { kind: 'exchange', id, k, round, shift: 0, bytes: Uint8Array.of(2) })
}

test('should begin a round when a neighbour has, without local steps', (t) => {
  const scene = follower({}, 'b')
  scene.meet('b', true, 0)
  t.deepEqual([scene.steps, scene.exchanges('b')], [[], []])
  for (let round = 0; round < 5; round++) {
    part(scene, 'b', round + 1, round)
    t.is(scene.rounds.length, round + 1)
  }
  t.deepEqual(scene.steps, [0, 0, 0, 0, 0])
  t.deepEqual(
    scene.exchanges('b').map(({ k, round }) => [k, round]),
    [0, 1, 2, 3, 4].map((round) => [round + 1, round])
  )
  t.deepEqual(scene.begun, [0, 1, 2, 3, 4, 5], 'the topology is already that of the next')
})

test('should wait alone for ever, and stand still among others that only follow', (t) => {
  const alone = follower()
  const scene = follower({}, 'b')
  scene.meet('b', true, 0)
  for (const waiting of [alone, scene]) {
    waiting.now += 1e6
    waiting.give({ type: 'timer', name: 'start' })
    t.deepEqual([waiting.steps, waiting.rounds], [[], []])
  }
})

test('should begin no round for a part of one that it has done', (t) => {
  const scene = follower({}, 'b', 'c')
  scene.meet('b', true, 0)
  scene.meet('c', true, 0)
  part(scene, 'b', 1, 0)
  part(scene, 'c', 1, 0)
  t.is(scene.rounds.length, 1)
  part(scene, 'c', 2, 0)
  t.is(scene.rounds.length, 1)
  part(scene, 'b', 2, 1)
  t.deepEqual(scene.steps, [0, 0])
})

test('should train from the next round on when it is told to, and stop again', (t) => {
  const scene = follower({}, 'b')
  scene.meet('b', true, 0)
  part(scene, 'b', 1, 0)
  scene.give({ type: 'training', on: true })
  t.deepEqual(scene.steps, [0, 8], 'it need not wait for its neighbour any more')
  scene.give({ type: 'training', on: false })
  part(scene, 'b', 2, 1)
  t.deepEqual([scene.steps, scene.rounds.length], [[0, 8], 2], 'and now it waits')
  part(scene, 'b', 3, 2)
  t.deepEqual(scene.steps, [0, 8, 0])
})

test('should go on alone when it is told to train while nobody is there', (t) => {
  const scene = follower({ rounds: 3 })
  scene.give({ type: 'training', on: true })
  t.deepEqual(scene.steps, [8, 8, 8])
  t.is(scene.of('finished').length, 1)
})

test('should take the replica of a swarm under way, and follow it from there', (t) => {
  const scene = follower({}, 'b')
  scene.meet('b', true, 40)
  t.deepEqual(scene.begun.at(-1), 40)
  part(scene, 'b', 1, 40)
  const jobs = scene.of('compute').map(({ job }) => job)
  t.true(jobs.some((job) => job.kind === 'encode' && job.joining))
  t.is(jobs.at(-1)?.kind, 'adopt')
  t.deepEqual(
    scene.rounds.map(({ round }) => round),
    [40]
  )
})

test('should finish when most of its neighbours have', (t) => {
  const scene = follower({ rounds: 10 }, 'b', 'c')
  scene.meet('b', true, 9)
  scene.meet('c', true, 9)
  t.is(scene.begun.at(-1), 9)
  for (const peer of ['b', 'c']) {
    t.is(scene.of('finished').length, 0)
    part(scene, peer, 1, 9)
    const { id } = scene.exchanges(peer)[0]!
    scene.hear(peer, { kind: 'retire', id, final: 1, round: 10 })
    scene.hear(peer, { kind: 'done', id })
  }
  t.is(scene.of('finished').length, 1)
})

test('should go on after a while when a neighbour is beyond its round and has not asked', (t) => {
  const scene = follower({}, 'b', 'c', 'd')
  scene.meet('b', true, 3)
  scene.meet('c', true, 0)
  scene.meet('d', true, 0)
  t.deepEqual(scene.steps, [])
  const waits = scene.of('timer').filter(({ name }) => name === 'behind-0')
  t.is(waits.length, 1, 'once for a round, however much it hears')
  scene.give({ type: 'timer', name: 'behind-0' })
  t.deepEqual(scene.steps, [0])
  const encodes = scene
    .of('compute')
    .flatMap(({ job }) => (job.kind === 'encode' ? [job.joining] : []))
  t.deepEqual(encodes, [true], 'it has learned nothing, and only shows its replica')
})

test('should not be led to the end by one neighbour that says so', (t) => {
  const scene = follower({}, 'b', 'c', 'd')
  scene.meet('b', true, 2 ** 32 - 1)
  scene.meet('c', true, 0)
  scene.meet('d', true, 0)
  t.deepEqual([scene.begun, scene.of('finished').length], [[0], 0])
  scene.give({ type: 'timer', name: 'behind-0' })
  t.is(scene.of('finished').length, 0)
  t.true(scene.begun.at(-1)! <= 1)
})
