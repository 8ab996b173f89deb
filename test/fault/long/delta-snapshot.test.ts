/** Peers of delta-set that deltas alone cannot bring up to date: all end with the replica that they must. */
import test, { type ExecutionContext } from 'ava'
import { baseOf } from '../../../src/strategy/delta-set/body.ts'
import {
  createDeltaSwarm,
  type DeltaSetting,
  type DeltaSwarm,
  expectedHash,
  fingerprints,
  signedTwice
} from '../../helpers/delta-swarm.ts'
import { happened, runOn, statuses } from '../../helpers/faulty-swarm.ts'

/** About 60 deltas, eight rounds of eight peers. */
const SMALL_LOG = { logBytes: 16_384 }

const run = (setting: DeltaSetting): DeltaSwarm => {
  const whole = createDeltaSwarm(setting)
  whole.swarm.begin()
  runOn(whole.swarm)
  return whole
}

const taken = ({ notices }: DeltaSwarm) =>
  notices.filter(({ text }) => text.startsWith('took a snapshot'))

const endsAsItMust = (t: ExecutionContext, whole: DeltaSwarm): void => {
  const { swarm, rejects } = whole
  t.deepEqual(statuses(swarm), new Array(swarm.members.length).fill('finished'))
  t.deepEqual([...new Set(fingerprints(whole))], [expectedHash(whole)])
  t.deepEqual(rejects, [])
}

const EIGHT: DeltaSetting = { peers: 8, rounds: 120, length: 20_000, strategy: SMALL_LOG }

test('should bring a peer up to date that joins after more rounds than the log holds', (t) => {
  const whole = run({ ...EIGHT, faults: [{ kind: 'join', peers: [5], atMs: 2500 }] })
  t.is(happened(whole.swarm), 'joined 5')
  endsAsItMust(t, whole)
  const [first, ...more] = taken(whole)
  t.is(first?.peer, whole.swarm.members[5]!.name)
  t.false(first!.text.includes('unconfirmed'), first!.text)
  t.is(more.length, 0)
  // Each of the two chunks once.
  t.is(whole.sent.get('chunk'), 2)
})

for (const state of ['kept', 'lost']) {
  test(`should bring a peer up to date that was away for longer, its state ${state}`, (t) => {
    const fault = { kind: 'crash', peers: [5], atMs: 800, returnMs: 3000, state }
    const whole = run({ ...EIGHT, rounds: 150, faults: [fault] })
    t.is(happened(whole.swarm), 'crashed 5, returned 5')
    endsAsItMust(t, whole)
    t.deepEqual(
      taken(whole).map(({ peer }) => peer),
      [whole.swarm.members[5]!.name]
    )
    // Without its records it cannot know of a delta that nobody has ever seen.
    t.true(signedTwice(whole).length <= (state === 'lost' ? 1 : 0))
  })
}

test('should bring the second of two peers up to date, on the word of the first', (t) => {
  const fault = { kind: 'join', peers: [1], atMs: 4000 }
  const whole = run({ ...EIGHT, peers: 2, strategy: { logBytes: 4096 }, faults: [fault] })
  t.is(happened(whole.swarm), 'joined 1')
  endsAsItMust(t, whole)
  t.deepEqual(
    taken(whole).map(({ peer }) => peer),
    [whole.swarm.members[1]!.name]
  )
  // It has trained on nothing before.
  t.true(baseOf(whole.published.get(whole.swarm.members[1]!.name)![0]!) === 0)
})

test('should go on with a transfer where it broke off', (t) => {
  const length = 640_000
  const chunks = Math.ceil((4 * length) / 65_536)
  const setting: DeltaSetting = {
    peers: 8,
    rounds: 110,
    length,
    strategy: { logBytes: 100_000, density: 0.00025 },
    network: { bandwidthMbps: 10 }
  }
  const join = { kind: 'join', peers: [5], atMs: 3500 }
  const cut = { kind: 'partition', groups: [[5]], fromMs: 4000, toMs: 4100 }
  const whole = run({ ...setting, faults: [join, cut] })
  endsAsItMust(t, whole)
  t.is(taken(whole).length, 1)
  t.true(taken(whole)[0]!.atMs > cut.toMs, 'the cut came after the transfer')
  const asked = whole.sent.get('chunk-ask')!
  t.true(asked > chunks, `${asked} of ${chunks}: nothing had to be asked for again`)
  // What was on its way from up to seven neighbours: two each, and one more of those that were quick at first.
  t.true(asked <= chunks + 21, `${asked} of ${chunks}: it began anew`)
})

test('should bring a late joiner up to date over links that keep breaking', (t) => {
  const whole = run({
    ...EIGHT,
    rounds: 150,
    strategy: { logBytes: 65_536 },
    network: { loss: 0.01 },
    faults: [{ kind: 'join', peers: [5], atMs: 6000 }]
  })
  t.true(whole.swarm.network.faults.lostFrames > 100)
  t.true(taken(whole).length >= 1)
  endsAsItMust(t, whole)
})

const SIXTEEN: DeltaSetting = { peers: 16, rounds: 130, length: 8_000 }

const firstPeers = (count: number): number[] => Array.from({ length: count }, (_, peer) => peer)

for (const side of [5, 8]) {
  test(`should let one side lose when ${side} and ${16 - side} peers were apart for more rounds than the log holds`, (t) => {
    const fault = { kind: 'partition', groups: [firstPeers(side)], fromMs: 1000, toMs: 4000 }
    const topology = { name: 'random-regular', degree: 6, lifetime: null }
    const strategy = { logBytes: 12_000 }
    const whole = run({ ...SIXTEEN, topology, strategy, faults: [fault] })
    t.is(happened(whole.swarm), 'partitioned, healed')
    endsAsItMust(t, whole)
    t.deepEqual(signedTwice(whole), [])
    const lost = whole.notices.filter(({ text }) => text.includes('void'))
    const names = whole.swarm.members.map(({ name }) => name)
    const sideOf = (peer: string): 'first' | 'second' =>
      names.indexOf(peer) < side ? 'first' : 'second'
    // Five have clearly fewer samples; of two sides alike the one with the first name wins.
    const expected = side === 5 ? 'first' : 'second'
    t.deepEqual(new Set(lost.map(({ peer }) => sideOf(peer))), new Set([expected]))
    t.is(lost.length, side, 'each loser takes one snapshot')
    // Nobody's number is used again, so the losers' chains go on after a leap.
    const leaps = [...whole.published].filter(([, deltas]) =>
      deltas.some((delta) => baseOf(delta) < delta.seq - 1)
    )
    t.true(leaps.length > 0 && leaps.every(([peer]) => sideOf(peer) === expected))
  })
}

test('should come to one hash when neighbours are redrawn faster than the healing goes', (t) => {
  const fault = { kind: 'partition', groups: [firstPeers(7)], fromMs: 1000, toMs: 4000 }
  const strategy = { logBytes: 10_000 }
  const whole = run({ ...SIXTEEN, strategy, faults: [fault] })
  t.is(happened(whole.swarm), 'partitioned, healed')
  endsAsItMust(t, whole)
  t.deepEqual(signedTwice(whole), [])
  t.true(whole.notices.some(({ text }) => text.includes('void')))
})

test('should heal a partition within the log from the log alone', (t) => {
  const fault = { kind: 'partition', groups: [[0, 1, 2, 3]], fromMs: 1000, toMs: 1500 }
  const whole = run({ ...EIGHT, strategy: {}, faults: [fault] })
  t.is(happened(whole.swarm), 'partitioned, healed')
  endsAsItMust(t, whole)
  t.is(whole.sent.get('snapshot-ask'), undefined)
  t.is(taken(whole).length, 0)
})

test('should serve after a restart what nobody else has, from the log that it has kept', (t) => {
  const partition = { kind: 'partition', groups: [[0]], fromMs: 500, toMs: 5000 }
  const crash = { kind: 'crash', peers: [0], atMs: 4000, returnMs: 4100 }
  const whole = createDeltaSwarm({
    ...EIGHT,
    peers: 2,
    rounds: 300,
    strategy: {},
    faults: [partition, crash]
  })
  const loner = whole.swarm.members[0]!
  whole.swarm.begin()
  const back = (): boolean => whole.swarm.faults.counts['returned'] === 1
  runOn(whole.swarm, back)
  // Of what it has signed in its loneliness, most is not among the records any more.
  const alone = whole.published.get(loner.name)!.length
  t.true(alone > 60, `${alone}`)
  runOn(whole.swarm)
  endsAsItMust(t, whole)
  t.deepEqual(signedTwice(whole), [])
  t.is(whole.sent.get('snapshot-ask'), undefined)
})

test('should take in a peer that trained on alone, and give up what only it has', (t) => {
  const fault = { kind: 'partition', groups: [[3]], fromMs: 1000, toMs: 3000 }
  const whole = run({ ...EIGHT, rounds: 150, faults: [fault] })
  endsAsItMust(t, whole)
  const loner = whole.swarm.members[3]!.name
  t.deepEqual(new Set(taken(whole).map(({ peer }) => peer)), new Set([loner]))
  t.true(whole.notices.some(({ peer, text }) => peer === loner && text.includes('void')))
})
