/** What outlives a stay of a peer, and what does not. */
import test from 'ava'
import { VirtualMember } from '../../../src/simulation/virtual-member.ts'
import type { VirtualPeer } from '../../../src/simulation/virtual-peer.ts'
import type { Trainer } from '../../../src/strategy/strategy.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import type { Vector } from '../../../src/vector/vector.ts'
import { nothingSaved } from '../../helpers/synthetic-trainers.ts'

const LINK = { name: null, latencyMs: 1, jitterMs: 0, upMbps: 1, downMbps: 1, loss: 0 }
const COMPLETION = {
  heard: 0,
  missed: 0,
  atMs: 0,
  bytesSent: 0,
  bytesReceived: 0,
  computeMs: 0,
  exchangeMs: 0
}

/** A member whose trainers count up: the first one's replica is 1, the next one's 2. */
const memberOf = () => {
  let trainers = 0
  const member = new VirtualMember(3, 'peer', LINK, 7, (): Trainer => {
    const number = ++trainers
    return {
      ...nothingSaved,
      layout: layoutOf([{ name: 'x', shape: [1] }]),
      initial: () => Float32Array.of(number),
      train: () => ({ loss: null, samples: 0 })
    }
  })
  return { member, trainers: () => trainers }
}

/** Gives the member a stay whose replica and mixing are these. */
const stay = (member: VirtualMember, replica: Vector, mixed: number[]): { stopped: boolean } => {
  const state = { stopped: false }
  const peer = {
    compute: { replica, mixed: Float64Array.from(mixed) },
    computeSeconds: 0.5,
    stop: () => {
      state.stopped = true
    }
  }
  member.peer = peer as unknown as VirtualPeer
  return state
}

test('should begin with a trainer of its own, at round 0, in stay 1', (t) => {
  const { member, trainers } = memberOf()
  t.is(member.status, 'not started')
  t.is(member.replica, null)
  t.is(trainers(), 0, 'nobody trains who is not there')
  const first = member.arrive(false)
  t.is(first.round, 0)
  t.is(first.stay, 1)
  t.deepEqual(first.trainer.initial(), Float32Array.of(1))
})

test('should go on with its replica and its round after it was away', (t) => {
  const { member, trainers } = memberOf()
  member.arrive(false)
  const replica = Float32Array.of(42)
  const state = stay(member, replica, [5])
  member.completed({ ...COMPLETION, round: 8 })
  member.depart(false)
  t.true(state.stopped)
  t.deepEqual(member.replica, Float32Array.of(42))
  const again = member.arrive(false)
  t.is(again.round, 9)
  t.is(again.stay, 2)
  t.is(again.kept, replica)
  t.is(trainers(), 1)
})

test('should give a stay that goes on from records a trainer that knows nothing but what they say', (t) => {
  const { member, trainers } = memberOf()
  const { records } = member.arrive(false)
  records.push({ kind: 'checkpoint' })
  stay(member, Float32Array.of(42), [5])
  member.completed({ ...COMPLETION, round: 8 })
  member.depart(false)
  const again = member.arrive(false)
  t.is(again.records, records)
  t.is(trainers(), 2)
  t.deepEqual(again.trainer.initial(), Float32Array.of(2))
})

test('should begin anew after it has lost its state, with a new trainer and at round 0', (t) => {
  const { member, trainers } = memberOf()
  member.arrive(false)
  stay(member, Float32Array.of(42), [5])
  member.completed({ ...COMPLETION, round: 8 })
  member.depart(true)
  t.is(member.replica, null)
  const again = member.arrive(false)
  t.is(again.round, 0)
  t.deepEqual(again.trainer.initial(), Float32Array.of(2))
  t.is(trainers(), 2)
  // It goes again before it has done a round: the rounds of its first life are not this one's.
  stay(member, Float32Array.of(2), [0])
  member.depart(false)
  t.is(member.arrive(false).round, 0)
})

test('should add up what mixing has added, and the time it took, over all stays', (t) => {
  const { member } = memberOf()
  t.is(member.mixed, null)
  for (const [mixed, lost] of [
    [5, false],
    [-2, true],
    [4, false]
  ] as const) {
    member.arrive(false)
    stay(member, Float32Array.of(0), [mixed])
    member.depart(lost)
  }
  t.deepEqual(member.mixed, Float64Array.of(7))
  member.arrive(false)
  stay(member, Float32Array.of(0), [10])
  t.deepEqual(member.mixed, Float64Array.of(17))
  t.is(member.computeSeconds, 1.5)
})

test('should tell the time of the steps that a job took, once', (t) => {
  const { member } = memberOf()
  const { trainer, trained } = member.arrive(false)
  t.is(trained(), 0)
  trainer.train(Float32Array.of(0), 5, 0)
  t.is(trained(), 35)
  t.is(trained(), 0)
})

test('should not mind being sent away when it is not there', (t) => {
  const { member } = memberOf()
  t.notThrows(() => member.depart(true))
  t.is(member.replica, null)
})
