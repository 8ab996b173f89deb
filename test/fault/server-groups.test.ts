/** Groups that lose members, are cut apart, hand over, or lose everything. */
import test from 'ava'
import { happened, statuses } from '../helpers/faulty-swarm.ts'
import {
  countsOf,
  createServerSwarm,
  runServers,
  type ServerSetting,
  type ServerSwarm
} from '../helpers/server-swarm.ts'

const PEERS = 5
const BASE: ServerSetting = {
  peers: PEERS,
  rounds: 60,
  strategy: { shards: 1, replicas: 2, rebuildAfterMs: null, failoverMs: 200 },
  network: { discoveryMs: 50 },
  stepMs: () => 8
}

const numberOf = (name: string): number => Number(name.slice(-5))

/** Who serves shard 0 where nothing happens: the seed fixes it. */
const GROUP = ((): readonly number[] => {
  const run = createServerSwarm(BASE)
  run.swarm.begin()
  runServers(run, () => run.leads.size > 0)
  return run.leads.get(0)!.group.map(numberOf)
})()
const [PRIMARY, BACKUP] = GROUP as [number, number]

const run = (setting: ServerSetting): ServerSwarm => {
  const made = createServerSwarm(setting)
  made.swarm.begin()
  runServers(made)
  return made
}

const ran = (faults: readonly object[], strategy: object = {}): ServerSwarm =>
  run({ ...BASE, faults, strategy: { ...BASE.strategy, ...strategy } })

const others = (...away: number[]): number[] =>
  Array.from({ length: PEERS }, (_, peer) => peer).filter((peer) => !away.includes(peer))

const allCounted = (made: ServerSwarm, peers: readonly number[]): boolean =>
  peers.every((peer) => countsOf(made, PEERS, peer).every((count) => count === made.issued[peer]))

test('a killed primary should be replaced by its backup, and the group be made whole again', (t) => {
  const made = ran([{ kind: 'crash', peers: [PRIMARY], atMs: 400 }])
  t.is(happened(made.swarm), `crashed ${PRIMARY}`)
  const { term, group } = made.leads.get(0)!
  t.is(numberOf(group[0]!), BACKUP)
  t.is(group.length, 2)
  t.is(term, 2)
  t.true(allCounted(made, others(PRIMARY)))
  // Half of failoverMs, a look, and a few round trips: nobody waits for much longer than that.
  const free = run(BASE).swarm.clock.now
  t.true(
    made.swarm.clock.now < free + 200 + 30 * 20,
    `${made.swarm.clock.now}, undisturbed ${free}`
  )
})

test('a killed backup should be replaced', (t) => {
  const made = ran([{ kind: 'crash', peers: [BACKUP], atMs: 400 }])
  const { group } = made.leads.get(0)!
  t.is(numberOf(group[0]!), PRIMARY)
  t.is(group.length, 2)
  t.false(group.map(numberOf).includes(BACKUP))
  t.true(allCounted(made, others(BACKUP)))
})

test('one group member after the other may die, down to a quorum', (t) => {
  const made = ran([
    { kind: 'crash', peers: [PRIMARY], atMs: 300 },
    { kind: 'crash', peers: [BACKUP], atMs: 900 }
  ])
  t.deepEqual(made.notices, [])
  t.true(made.leads.get(0)!.term >= 3)
  t.true(allCounted(made, others(PRIMARY, BACKUP)))
})

test('two of three replicas may die at once', (t) => {
  const three = { ...BASE, strategy: { ...BASE.strategy, replicas: 3 } }
  const first = createServerSwarm(three)
  first.swarm.begin()
  runServers(first, () => first.leads.size > 0)
  const victims = first.leads.get(0)!.group.slice(0, 2).map(numberOf)
  const made = run({ ...three, faults: [{ kind: 'crash', peers: victims, atMs: 400 }] })
  t.deepEqual(made.notices, [])
  t.true(allCounted(made, others(...victims)))
})

test('a primary that leaves should hand its shard over without a pause for failing over', (t) => {
  const made = ran([{ kind: 'leave', peers: [PRIMARY], atMs: 400 }])
  t.is(happened(made.swarm), `left ${PRIMARY}`)
  t.is(numberOf(made.leads.get(0)!.group[0]!), BACKUP)
  t.true(allCounted(made, others(PRIMARY)))
})

test('a primary cut off alone should acknowledge nothing; the others go on, and it follows them when it is back', (t) => {
  let acknowledged = 0
  const setting: ServerSetting = {
    ...BASE,
    faults: [{ kind: 'partition', groups: [[PRIMARY]], fromMs: 400, toMs: 2400 }]
  }
  const made = createServerSwarm({
    ...setting,
    rounds: 200,
    fate: (to, _from, message, now) => {
      // Its own pushes are answered by itself, unseen here: what others hear from it is counted.
      if (message.kind === 'counted' && numberOf(to) === PRIMARY && now > 450 && now < 2400) {
        acknowledged++
      }
      return 'comes'
    }
  })
  made.swarm.begin()
  runServers(made, () => made.swarm.clock.now >= 2399)
  const before = made.issued[PRIMARY]!
  t.true(
    others(PRIMARY).every((peer) => made.issued[peer]! > before + 20),
    'the others stood still'
  )
  t.not(numberOf(made.leads.get(0)!.group[0]!), PRIMARY)
  runServers(made)
  t.is(acknowledged, 0)
  t.true(allCounted(made, others()))
  t.true(made.issued[PRIMARY]! > before + 5)
  for (const primaries of made.answered.values()) t.is(primaries.size, 1)
})

test('a group cut off as a whole should go on alone, and the others wait, where nothing is built anew', (t) => {
  const made = createServerSwarm({
    ...BASE,
    rounds: 200,
    faults: [{ kind: 'partition', groups: [[...GROUP]], fromMs: 400, toMs: 2400 }]
  })
  made.swarm.begin()
  runServers(made, () => made.swarm.clock.now >= 500)
  const before = [...made.issued]
  runServers(made, () => made.swarm.clock.now >= 2399)
  for (const peer of others(...GROUP))
    t.is(made.issued[peer], before[peer], 'it was answered by nobody')
  for (const peer of GROUP) t.true(made.issued[peer]! > before[peer]! + 20)
  runServers(made)
  t.true(allCounted(made, others()))
  t.deepEqual(made.notices, [])
})

test('a shard that has lost all replicas should be built anew from the newest copy, and say so', (t) => {
  const made = ran([{ kind: 'crash', peers: [...GROUP], atMs: 400 }], { rebuildAfterMs: 1000 })
  t.is(made.notices.length, 1)
  t.regex(made.notices[0]!, /shard 0 has lost all of its replicas/)
  for (const peer of others(...GROUP)) {
    t.is(statuses(made.swarm)[peer], 'finished')
    const [count] = countsOf(made, PEERS, peer)
    // What came after the newest copy is gone: a round or two. Nothing counts twice.
    t.true(
      count! <= made.issued[peer]! && count! >= made.issued[peer]! - 3,
      `${count}, ${made.issued[peer]}`
    )
  }
})

test('a swarm that was killed as a whole should go on with the copies that its peers have kept', (t) => {
  const made = ran([{ kind: 'crash', peers: others(), atMs: 400, returnMs: 1000 }])
  t.is(made.swarm.faults.counts['returned'], PEERS)
  t.is(made.notices.length, 1)
  t.deepEqual(
    statuses(made.swarm),
    others().map(() => 'finished')
  )
  const [count] = countsOf(made, PEERS, 0)
  t.true(count! > 40 && count! <= made.issued[0]!, `${count} of ${made.issued[0]}`)
})

test('a peer that stalls should hold up a synchronous round for patienceMs, and no longer', (t) => {
  const SLOW = others(...GROUP)[0]!
  let stalled = 0
  const setting: ServerSetting = {
    ...BASE,
    strategy: { ...BASE.strategy, mode: 'synchronous', patienceMs: 500 },
    fate: (to, _from, _message, now) => {
      if (numberOf(to) !== SLOW || now < 400 || stalled > 0) return 'comes'
      stalled++
      return { stallsMs: 3000 }
    }
  }
  const made = run({ ...setting, rounds: 150 })
  t.is(stalled, 1)
  t.deepEqual(
    statuses(made.swarm),
    others().map(() => 'finished')
  )
  // It came back to the rounds that the others had reached.
  t.true(made.rounds[SLOW]!.length < made.rounds[PRIMARY]!.length - 20)
  t.is(made.rounds[PRIMARY]!.length, 150)
  t.is(made.rounds[SLOW]!.at(-1), 149)
})

test('a peer should come late, and come back, in the round of the others', (t) => {
  const LATE = others(...GROUP)[0]!
  for (const mode of ['synchronous', 'bounded', 'asynchronous']) {
    const made = ran([{ kind: 'join', peers: [LATE], atMs: 700 }], { mode, startPatienceMs: 200 })
    t.is(happened(made.swarm), `joined ${LATE}`)
    t.deepEqual(
      statuses(made.swarm),
      others().map(() => 'finished')
    )
    t.true(made.rounds[LATE]![0]! > 3, `${mode}: it began with round ${made.rounds[LATE]![0]}`)
    t.is(made.rounds[LATE]!.at(-1), 59)
  }
})

test('nobody should run further ahead than the bound, and fast peers that far', (t) => {
  const done = Array.from({ length: PEERS }, () => 0)
  let most = 0
  run({
    ...BASE,
    strategy: { ...BASE.strategy, mode: 'bounded', bound: 3 },
    stepMs: (peer) => (peer === 2 ? 40 : 4),
    onRound: (peer, round) => {
      done[peer] = round + 1
      most = Math.max(most, done[peer] - Math.min(...done))
    }
  })
  // The slowest one's last push lets the others go on; that it is completed it hears itself a trip later.
  t.is(most, 3 + 1)
})

test('servers that do not train should take no local step, and serve all the same', (t) => {
  const made = ran([], { serversTrain: false, mode: 'synchronous' })
  for (const peer of GROUP) t.is(made.issued[peer], 0)
  for (const peer of others(...GROUP)) t.is(made.issued[peer], 60)
  t.deepEqual(
    statuses(made.swarm),
    others().map(() => 'finished')
  )
  const [first] = made.swarm.members.map(({ replica }) => replica!)
  for (const { replica } of made.swarm.members) t.deepEqual(replica, first)
})
