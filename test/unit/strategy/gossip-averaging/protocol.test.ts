/** The rounds of one peer, played by hand: whom it waits for, and for how long. */
import test from 'ava'
import { Scene } from './protocol-scene.ts'

test('should wait for its first neighbours, and for no more than its patience', (t) => {
  const scene = new Scene({ rounds: 1 })
  scene.begin('b', 'c')
  t.deepEqual(scene.of('timer'), [{ type: 'timer', name: 'start', after: 5000 }])
  scene.meet('b')
  t.deepEqual(scene.steps, [])
  scene.give({ type: 'timer', name: 'start' })
  t.deepEqual(scene.steps, [8])
})

test('should begin as soon as it shares an edge with every neighbour', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c')
  scene.meet('b')
  t.deepEqual(scene.steps, [])
  scene.meet('c')
  t.deepEqual(scene.steps, [8])
  t.is(scene.exchanges('b').length, 1)
  t.is(scene.exchanges('c').length, 1)
})

test('should complete a round when every neighbour has paid, and say how many', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c')
  scene.meet('b')
  scene.meet('c')
  scene.answer('b')
  t.deepEqual(scene.rounds, [])
  scene.answer('c')
  t.deepEqual(scene.rounds, [{ round: 0, heard: 2, missed: 0 }])
})

test('should complete a round at its deadline with whoever was heard, and not wait again', (t) => {
  const scene = new Scene({ rounds: 4 })
  scene.begin('b', 'c')
  scene.meet('b')
  scene.meet('c')
  scene.now = 20
  scene.answer('b')
  // Nothing is known of the neighbours yet: the first deadline is the ceiling.
  t.deepEqual(scene.of('timer').at(-1), { type: 'timer', name: 'round-0', after: 1000 })
  scene.now = 1000
  scene.give({ type: 'timer', name: 'round-0' })
  t.deepEqual(scene.rounds, [{ round: 0, heard: 1, missed: 1 }])
  // c still owes exchange 1: it is sent nothing, and the next rounds are over once b has paid.
  for (const round of [1, 2]) {
    scene.answer('b')
    t.deepEqual(scene.rounds.at(-1), { round, heard: 1, missed: 0 })
    t.is(scene.exchanges('c').length, 1)
  }
  // Then it pays, and is part of the round after.
  scene.hear('c', { ...scene.exchanges('c')[0]!, bytes: Uint8Array.of(3) })
  scene.answer('b')
  t.is(scene.exchanges('c').length, 1)
  t.is(scene.rounds.length, 4)
})

test('should send a neighbour that has caught up its part of the next round', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c')
  scene.meet('b')
  scene.meet('c')
  scene.answer('b')
  scene.give({ type: 'timer', name: 'round-0' })
  scene.answer('c')
  t.is(scene.exchanges('c').length, 1)
  scene.answer('b')
  t.deepEqual(
    scene.exchanges('c').map(({ k }) => k),
    [1, 2]
  )
})

test('should mix with the smaller of the steps that the two ends ask for', (t) => {
  for (const [own, theirs] of [
    [0, 3],
    [3, 0],
    [2, 2],
    [1, 12]
  ] as const) {
    const scene = new Scene()
    scene.shift = own
    scene.begin('b')
    scene.meet('b')
    scene.answer('b', theirs)
    const shifts = scene.of('compute').flatMap(({ job }) => (job.kind === 'mix' ? [job.shift] : []))
    t.deepEqual(shifts, [Math.max(own, theirs)], `${own} and ${theirs}`)
  }
})

test('should ignore the deadline of a round that is over', (t) => {
  const scene = new Scene()
  scene.begin('b')
  scene.meet('b')
  scene.answer('b')
  scene.give({ type: 'timer', name: 'round-0' })
  t.is(scene.rounds.length, 1)
})

test('should learn its deadline from the delays it has seen', (t) => {
  const scene = new Scene()
  scene.begin('b')
  scene.meet('b')
  scene.now = 100
  scene.answer('b')
  // RFC 6298 from one delay of 100: 100 + 4 * 50; twice that.
  t.deepEqual(scene.of('timer').at(-1), { type: 'timer', name: 'round-1', after: 600 })
})

test('should not let the last neighbour it waits for set the deadline', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c', 'd')
  for (const peer of ['b', 'c', 'd']) scene.meet(peer)
  scene.now = 10
  for (const peer of ['b', 'd']) {
    scene.answer(peer)
    // Quick as they are, their side of the next exchange comes before this end has sent its own.
    const { id, k } = scene.exchanges(peer)[0]!
    scene.hear(peer, {
      kind: 'exchange',
      id,
      k: k + 1,
      round: 0,
      shift: 0,
      bytes: Uint8Array.of(4)
    })
  }
  scene.now = 900
  scene.answer('c')
  // The middle of the three: delays of 10 and 0, so 8.75 + 4 * 6.25 by RFC 6298; twice that.
  t.deepEqual(scene.of('timer').at(-1), { type: 'timer', name: 'round-1', after: 67.5 })
})

test('should not count a neighbour that has gone away as heard or missed', (t) => {
  const scene = new Scene()
  scene.begin('b', 'c')
  scene.meet('b')
  scene.meet('c')
  scene.answer('b')
  scene.give({ type: 'link', peer: 'c', state: 'down' })
  t.deepEqual(scene.rounds, [{ round: 0, heard: 1, missed: 0 }])
})

test('should run the rounds it has, the last one with the steps that are left', (t) => {
  const scene = new Scene({ rounds: 3, stepsOf: (round) => (round === 2 ? 4 : 8) })
  scene.begin()
  t.deepEqual(scene.steps, [8, 8, 4])
  t.deepEqual(
    scene.rounds.map(({ round }) => round),
    [0, 1, 2]
  )
  t.is(scene.of('finished').length, 1)
  t.is(scene.effects.at(-1)?.type, 'finished')
})

test('should finish once its neighbours have parted', (t) => {
  const scene = new Scene({ rounds: 1 })
  scene.begin('b')
  scene.meet('b')
  scene.answer('b')
  t.is(scene.of('finished').length, 0)
  const { id } = scene.exchanges('b')[0]!
  scene.hear('b', { kind: 'retire', id, final: 1, round: 9 })
  t.is(scene.of('finished').length, 0)
  scene.hear('b', { kind: 'done', id })
  t.deepEqual(scene.of('release'), [{ type: 'release', peer: 'b' }])
  t.is(scene.of('finished').length, 1)
})

test('should leave without a neighbour that says nothing more', (t) => {
  const scene = new Scene({ rounds: 1 })
  scene.begin('b')
  scene.meet('b')
  scene.give({ type: 'timer', name: 'round-0' })
  const leave = scene.of('timer').find(({ name }) => name === 'leave')
  t.is(leave?.after, 2000, 'two seconds at least, or the ceiling')
  scene.now = 2000
  scene.give({ type: 'timer', name: 'unreachable' })
  t.is(scene.of('finished').length, 0, 'b can be reached: it gets the whole time')
  scene.give({ type: 'timer', name: 'leave' })
  t.is(scene.of('finished').length, 1)
})

test('should leave after two seconds without a neighbour whose link is broken', (t) => {
  const scene = new Scene({ rounds: 1 })
  scene.begin('b')
  scene.meet('b')
  scene.now = 100
  scene.give({ type: 'leave' })
  scene.now = 500
  scene.give({ type: 'link', peer: 'b', state: 'down' })
  t.deepEqual(scene.of('timer').at(-1), { type: 'timer', name: 'unreachable', after: 2000 })
  scene.now = 2499
  scene.give({ type: 'timer', name: 'unreachable' })
  t.is(scene.of('finished').length, 0)
  scene.now = 2500
  scene.give({ type: 'timer', name: 'unreachable' })
  t.is(scene.of('finished').length, 1)
})

test('should begin nothing after it was told to leave, whatever is still under way', (t) => {
  const scene = new Scene()
  scene.begin('b')
  scene.meet('b')
  scene.give({ type: 'leave' })
  scene.give({ type: 'leave' })
  scene.answer('b')
  scene.give({ type: 'computed', result: { kind: 'trained', loss: 0, samples: 1 } })
  scene.give({ type: 'neighbours', peers: ['c'], members: 2 })
  scene.meet('c')
  t.deepEqual(scene.steps, [8])
  t.is(scene.rounds.length, 0)
  t.is(scene.exchanges('c').length, 0)
  t.is(scene.of('timer').filter(({ name }) => name === 'leave').length, 1)
})

test('should release a neighbour that neither end wants', (t) => {
  const scene = new Scene()
  scene.begin()
  scene.meet('x', false)
  t.deepEqual(scene.of('release'), [{ type: 'release', peer: 'x' }])
  const hello = scene.of('send').find(({ to }) => to === 'x')?.message
  t.true(hello?.kind === 'hello' && !hello.wanted)
})

test('should release a link that has come to nothing once it is no longer wanted', (t) => {
  const scene = new Scene()
  scene.begin('x')
  scene.meet('x', false)
  t.is(scene.of('release').length, 0)
  scene.give({ type: 'neighbours', peers: ['y'], members: 2 })
  t.deepEqual(scene.of('release'), [{ type: 'release', peer: 'x' }])
})
