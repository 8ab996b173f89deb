/** What befalls rings, and what becomes of it: one line of the table in docs/strategies/ring-all-reduce.md each. */
import test from 'ava'
import { virtualName } from '../../src/simulation/virtual-swarm.ts'
import type { RingKinds } from '../../src/strategy/ring-all-reduce/kinds.ts'
import type { Effect, ProtocolEvent } from '../../src/strategy/strategy.ts'
import { distance } from '../helpers/distance.ts'
import { happened, runOn } from '../helpers/faulty-swarm.ts'
import {
  agreed,
  areEqual,
  createRingSwarm,
  finishedOf,
  type RingSetting,
  type RingSwarm,
  replay
} from '../helpers/ring-swarm.ts'

/** float32 rounding of sums of up to eight, and of as many steps as there are. */
const ROUNDING = 1e-5
const STEPS = 100
const ALL = 15
/** Four peers; a step takes about 70 ms. */
const usual: RingSetting = { peers: 4, steps: STEPS }

const run = (setting: RingSetting): RingSwarm => {
  const ring = createRingSwarm(setting)
  ring.swarm.begin()
  runOn(ring.swarm)
  return ring
}

const awayFrom = (ring: RingSwarm, peer: number, steps: readonly number[]): number => {
  const oracle = replay(steps)
  const scale = distance(oracle, new Float32Array(oracle.length))
  return distance(ring.swarm.members[peer]!.replica!, oracle) / scale
}

/** One replica at all of them, where their steps lead. Returns the examples of the steps. */
const checkOne = (
  t: {
    true: (value: boolean, message?: string) => void
    deepEqual: (a: unknown, b: unknown) => void
  },
  ring: RingSwarm,
  peers: readonly number[]
): number[] => {
  t.deepEqual(finishedOf(ring), peers)
  const steps = agreed(ring, peers)
  t.deepEqual(steps.length, STEPS)
  const first = ring.swarm.members[peers[0]!]!.replica!
  for (const peer of peers) {
    t.true(areEqual(ring.swarm.members[peer]!.replica!, first), `peer ${peer}`)
  }
  t.true(awayFrom(ring, peers[0]!, steps) < ROUNDING)
  return steps
}

/** Who makes the steps, by turns. */
const kindsOf = (steps: readonly number[]): number[] =>
  steps.filter((samples, step) => samples !== steps[step - 1])

test('should lead where one process would come with all batches together', (t) => {
  t.deepEqual(kindsOf(checkOne(t, run(usual), [0, 1, 2, 3])), [ALL])
})

test('should send every peer 2 (n - 1) / n of the model in a step', (t) => {
  for (const peers of [2, 3, 4, 7]) {
    const { swarm } = run({ ...usual, peers })
    for (const { counters } of swarm.members) {
      const { bytes } = counters.tally().sentByKind['7']!
      const payload = (2 * (peers - 1) * 4 * 1100 * STEPS) / peers
      // Pieces have heads of 51 bytes, and chunks are not all of one length.
      t.true(Math.abs(bytes / payload - 1) < 0.2, `${peers}: ${bytes / payload}`)
    }
  }
})

test('should go on without a member that leaves, and lose none of its steps', (t) => {
  const ring = run({ ...usual, faults: [{ kind: 'leave', peers: [0], atMs: 1000 }] })
  t.is(happened(ring.swarm), 'left 0')
  t.deepEqual(kindsOf(checkOne(t, ring, [1, 2, 3])), [ALL, ALL - 1])
  t.deepEqual(ring.notices, [])
})

test('should take in a peer that comes late, at a step, with the replica of another', (t) => {
  const ring = run({ ...usual, planned: 3, faults: [{ kind: 'join', peers: [2], atMs: 1000 }] })
  t.is(happened(ring.swarm), 'joined 2')
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL - 4, ALL])
  const tally = ring.swarm.members.map(({ counters }) => counters.tally())
  t.is(tally[2]!.sentByKind['9']!.frames > 0, true)
  // One of the others gave it, once.
  const given = tally.map(({ sentByKind }) => sentByKind['10']?.bytes ?? 0)
  t.is(given.filter((bytes) => bytes > 0).length, 1)
  t.true(Math.max(...given) > 4 * 1100 && Math.max(...given) < 4 * 1100 + 1000)
})

for (const state of ['kept', 'lost'] as const) {
  test(`should take a member back that has died and returns, its state ${state}`, (t) => {
    const fault = { kind: 'crash', peers: [1], atMs: 1500, returnMs: 2200, state }
    const ring = run({ ...usual, faults: [fault] })
    t.is(happened(ring.swarm), 'crashed 1, returned 1')
    t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL, ALL - 2, ALL])
  })
}

/** A process that is stopped: what comes waits, and nothing goes out. */
const frozen = (victim: number, fromMs: number, toMs: number) => {
  const waiting: Array<ProtocolEvent<RingKinds>> = []
  let held = 0
  return {
    count: () => held,
    events: (peer: number, event: ProtocolEvent<RingKinds>, now: number) => {
      if (peer !== victim || now < fromMs) return [event]
      if (now >= toMs) return [...waiting.splice(0), event]
      held++
      waiting.push(event)
      return []
    }
  }
}

/** Between these two a link comes up that much later than the others do. */
const lateLink = (a: number, b: number, atMs: number) => {
  const waiting: Array<Array<ProtocolEvent<RingKinds>>> = [[], []]
  const names = [virtualName(a), virtualName(b)]
  let held = 0
  return {
    count: () => held,
    events: (peer: number, event: ProtocolEvent<RingKinds>, now: number) => {
      const end = [a, b].indexOf(peer)
      if (end < 0) return [event]
      const other = names[1 - end]
      const isTheirs =
        (event.type === 'link' && event.peer === other) ||
        (event.type === 'received' && event.from === other)
      if (now >= atMs) return [...waiting[end]!.splice(0), event]
      if (!isTheirs) return [event]
      held++
      waiting[end]!.push(event)
      return []
    }
  }
}

test('should begin with all, however late two of them get their link', (t) => {
  // The first has links with all long before: its view must not be one of three.
  const late = lateLink(2, 3, 350)
  const ring = run({ ...usual, hooks: { events: late.events } })
  t.true(late.count() > 0)
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL])
})

test('should begin without a peer that another cannot reach, once it has waited for long enough', (t) => {
  const late = lateLink(2, 3, 2000)
  const ring = run({ ...usual, hooks: { events: late.events } })
  const turns = kindsOf(checkOne(t, ring, [0, 1, 2, 3]))
  t.deepEqual(turns, [ALL - 8, ALL])
})

test('should begin with all, where one answers late because its machine is busy', (t) => {
  // Longer than the floor, and not as long as the patience for those who start.
  const ice = frozen(3, 40, 380)
  const ring = run({ ...usual, hooks: { events: ice.events } })
  t.true(ice.count() > 0)
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL])
})

test('should go on without a member that freezes, and take it back when it wakes', (t) => {
  const ice = frozen(3, 1000, 2500)
  const ring = run({ ...usual, hooks: { events: ice.events } })
  t.true(ice.count() > 10)
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL, ALL - 8, ALL])
})

test('should go on without a member whose gradient does not come', (t) => {
  // Its event loop answers; only what it has asked to be computed does not come.
  let swallowed = 0
  const effects = (peer: number, all: ReadonlyArray<Effect<RingKinds>>, now: number) =>
    peer !== 2 || now < 1000
      ? all
      : all.filter(({ type }) => {
          if (type === 'compute') swallowed++
          return type !== 'compute'
        })
  const ring = createRingSwarm({ ...usual, hooks: { effects } })
  ring.swarm.begin()
  runOn(ring.swarm, () => [0, 1, 3].every((p) => ring.swarm.members[p]!.presence === 'finished'))
  t.true(swallowed > 0)
  t.deepEqual(kindsOf(agreed(ring, [0, 1, 3])), [ALL, ALL - 4])
  t.true(ring.swarm.members[0]!.counters.tally().missed >= 1)
})

test('should go on with the majority of a swarm that is cut, and take the others back', (t) => {
  const fault = { kind: 'partition', groups: [[0]], fromMs: 1000, toMs: 2500 }
  const ring = run({ ...usual, faults: [fault], strategy: { splitMs: null } })
  t.is(happened(ring.swarm), 'partitioned, healed')
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL, ALL - 1, ALL])
  t.regex(ring.notices.join(), /^0: fewer than half/)
})

test('should go on with the half that has the first member, of two halves', (t) => {
  const fault = { kind: 'partition', groups: [[0, 3]], fromMs: 1000, toMs: 2500 }
  const ring = run({ ...usual, faults: [fault], strategy: { splitMs: null } })
  const turns = kindsOf(checkOne(t, ring, [0, 1, 2, 3]))
  t.deepEqual(turns.slice(0, 2), [ALL, 9])
  t.is(turns.at(-1), ALL)
})

test('should go on in both parts where that is allowed, and join them to the one that is further', (t) => {
  const fault = { kind: 'partition', groups: [[2, 3]], fromMs: 1000, toMs: 2500 }
  const ring = run({ ...usual, steps: STEPS, faults: [fault], strategy: { splitMs: 400 } })
  const steps = checkOne(t, ring, [0, 1, 2, 3])
  const turns = kindsOf(steps)
  t.deepEqual(turns.slice(0, 2), [ALL, 3])
  t.is(turns.at(-1), ALL)
  // The lesser part has made steps of its own, and says what becomes of them.
  t.regex(ring.notices.join(), /another ring of this swarm is at step/)
})

test('should not mind frames that come twice', (t) => {
  const ring = run({ ...usual, network: { duplicates: 0.3 } })
  t.true(ring.swarm.network.faults.duplicatedFrames > 100)
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL])
})

test('should not mind links that break and come back', (t) => {
  const strategy = { deadline: { floorMs: 1000, ceilingMs: 5000 } }
  const ring = run({ ...usual, strategy, network: { loss: 0.01 } })
  t.true(ring.swarm.network.faults.lostFrames > 10)
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [ALL])
})

test('should not mind pieces that come in another order', (t) => {
  let swapped = 0
  const held = new Map<number, ProtocolEvent<RingKinds>>()
  const events = (peer: number, event: ProtocolEvent<RingKinds>) => {
    const late = held.get(peer)
    if (late !== undefined) {
      held.delete(peer)
      return [event, late]
    }
    if (event.type !== 'received' || event.message.kind !== 'piece') return [event]
    if (event.message.seq % 7 !== 3) return [event]
    swapped++
    held.set(peer, event)
    return []
  }
  t.deepEqual(kindsOf(checkOne(t, run({ ...usual, hooks: { events } }), [0, 1, 2, 3])), [ALL])
  t.true(swapped > 50)
})

test('should stand still where nobody trains, and go on with who begins to', (t) => {
  const ring = createRingSwarm({ ...usual, trains: () => false })
  ring.swarm.begin()
  runOn(ring.swarm, () => ring.swarm.clock.now > 5000)
  t.deepEqual(
    ring.made.map((steps) => steps.size),
    [0, 0, 0, 0]
  )
  ring.swarm.members[2]!.peer!.training(true)
  runOn(ring.swarm)
  t.deepEqual(kindsOf(checkOne(t, ring, [0, 1, 2, 3])), [4])
})

test('should end alike where the run is told to end', (t) => {
  const ring = createRingSwarm({ ...usual, steps: 1000 })
  ring.swarm.begin()
  runOn(ring.swarm, () => ring.swarm.clock.now > 1000)
  for (const { peer } of ring.swarm.members) peer!.end()
  runOn(ring.swarm)
  const made = agreed(ring, [0, 1, 2, 3])
  t.true(made.length > 5 && made.length < 100)
  for (const { replica } of ring.swarm.members) {
    t.true(areEqual(replica!, ring.swarm.members[0]!.replica!))
  }
})

test('should come as near with int8, and say alike at all members what it has lost', (t) => {
  const ring = run({ ...usual, compression: { name: 'int8' } })
  t.deepEqual(finishedOf(ring), [0, 1, 2, 3])
  for (const { replica } of ring.swarm.members) {
    t.true(areEqual(replica!, ring.swarm.members[0]!.replica!))
  }
  const away = awayFrom(ring, 0, agreed(ring, [0]))
  t.true(away > ROUNDING && away < 0.003, `${away}`)
  const exact = run(usual).swarm.members[0]!.counters.tally().sentByKind['7']!.bytes
  const coded = ring.swarm.members[0]!.counters.tally().sentByKind['7']!.bytes
  t.true(coded < 0.4 * exact, `${coded / exact}`)
})
