/** Peers that follow without training: they have what all have, and nobody reckons with them. */
import test from 'ava'
import {
  createDeltaSwarm,
  type DeltaSetting,
  expectedHash,
  fingerprints
} from '../helpers/delta-swarm.ts'
import { runOn, statuses } from '../helpers/faulty-swarm.ts'

const PEERS = 5
const ROUNDS = 60
const FOLLOWERS = [1, 4]
/** The data is planned for all, so those who train have more rounds. */
const SETTING: DeltaSetting = {
  peers: PEERS,
  rounds: ROUNDS,
  length: 2000,
  topology: { name: 'full' }
}

const run = (setting: DeltaSetting) => {
  const whole = createDeltaSwarm(setting)
  whole.swarm.begin()
  runOn(whole.swarm)
  return whole
}

test('should follow the swarm to its end without a delta of its own', (t) => {
  const whole = run({ ...SETTING, followers: FOLLOWERS })
  const { swarm, published, rounds, rejects } = whole
  t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
  t.deepEqual([...new Set(fingerprints(whole))], [expectedHash(whole)])
  t.deepEqual(rejects, [])
  t.is(published.size, PEERS - FOLLOWERS.length)
  for (const peer of FOLLOWERS) {
    t.false(published.has(swarm.members[peer]!.name))
    const own = rounds[peer]!
    // Each of the swarm's rounds once, as far as it came by them.
    t.deepEqual(
      own,
      [...new Set(own)].sort((a, b) => a - b)
    )
    t.true(own.length > ROUNDS / 2 && own.at(-1)! < ROUNDS, `${own}`)
  }
  for (const { index, counters } of swarm.members) {
    // Alpha is 4, so its share shows whom a peer counts.
    const weight = counters.tally().chosen['weight']
    t.is(weight, FOLLOWERS.includes(index) ? undefined : 1)
  }
})

test('should count for nobody in weights, from the first round on', (t) => {
  const peers = 8
  const weights = (followers: readonly number[]) => {
    const { published } = run({ ...SETTING, peers, followers })
    return new Set(
      [...published.values()].flatMap((deltas) =>
        deltas
          .filter(({ body }) => (body[0]! & 1) === 0)
          .map(({ body }) => Buffer.from(body).readUInt32BE(11))
      )
    )
  }
  t.deepEqual(weights([]), new Set([2 ** 23]))
  t.deepEqual(weights([0, 5]), new Set([Math.round((4 / 6) * 2 ** 24)]))
})

test('should keep nobody waiting', (t) => {
  const three = run({ ...SETTING, peers: 3 })
  const five = run({ ...SETTING, followers: FOLLOWERS, rounds: (ROUNDS * 3) / 5 })
  // As many rows in both. A follower's goodbye is one more trip at the most.
  const [alone, followed] = [three, five].map(({ swarm }) => swarm.clock.now)
  t.true(followed! < alone! + 100, `${followed} against ${alone} ms`)
})

test('should let a follower come late, with a snapshot where the log does not reach back', (t) => {
  const whole = run({
    ...SETTING,
    followers: FOLLOWERS,
    strategy: { logBytes: 4096 },
    faults: [{ kind: 'join', peers: [4], atMs: 2000 }]
  })
  t.deepEqual([...new Set(fingerprints(whole))], [expectedHash(whole)])
  t.deepEqual(statuses(whole.swarm), new Array(PEERS).fill('finished'))
  t.true((whole.sent.get('chunk') ?? 0) > 0)
})

test('should wait for ever where nobody trains', (t) => {
  const { swarm } = createDeltaSwarm({ ...SETTING, peers: 2, followers: [0, 1] })
  swarm.begin()
  runOn(swarm, () => swarm.clock.now > 3_600_000)
  t.deepEqual(statuses(swarm), ['present', 'present'])
})

test('should finish its round when it is to pause, say so, and begin again', (t) => {
  const whole = createDeltaSwarm({ ...SETTING, rounds: 100 })
  const { swarm, published, rounds } = whole
  const pauser = swarm.members[2]!
  const own = () => published.get(pauser.name)!
  swarm.begin()
  runOn(swarm, () => rounds[2]!.length === 10)
  pauser.peer!.training(false)
  const from = swarm.clock.now
  runOn(swarm, () => swarm.clock.now > from + 100)
  const said = own().length
  t.is(own().at(-1)!.body[0]! & 1, 1, 'its latest delta says that it is the last')
  const before = rounds.map(({ length }) => length)
  runOn(swarm, () => swarm.clock.now > from + 1100)
  t.is(own().length, said)
  // The others go on as fast as before: some 40 ms for two steps and a trip.
  for (const peer of [0, 1, 3, 4]) t.true(rounds[peer]!.length > before[peer]! + 15)
  // It goes with them.
  t.true(rounds[2]!.length > before[2]! + 10)
  pauser.peer!.training(true)
  runOn(swarm)
  t.true(own().length > said + 10)
  t.deepEqual(
    rounds[2],
    [...new Set(rounds[2])].sort((a, b) => a - b)
  )
  t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
  t.deepEqual([...new Set(fingerprints(whole))], [expectedHash(whole)])
})
