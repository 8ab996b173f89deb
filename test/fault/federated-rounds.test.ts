/** Coordinators that die, leave, stall or come back, clients that drop out, and peers that come late. */
import test from 'ava'
import { happened, statuses } from '../helpers/faulty-swarm.ts'
import {
  countedIn,
  createFederatedSwarm,
  type FederatedSwarm,
  isRight,
  runFederated
} from '../helpers/federated-swarm.ts'
import { runServers, type ServerSetting } from '../helpers/server-swarm.ts'

const PEERS = 6
const ROUNDS = 60
const BASE: ServerSetting = {
  peers: PEERS,
  rounds: ROUNDS,
  strategy: { fraction: 0.5, replicas: 2, rebuildAfterMs: null, failoverMs: 200, deadlineMs: 1000 },
  network: { discoveryMs: 50 },
  stepMs: () => 8
}
const ALL = Array.from({ length: PEERS }, (_, peer) => peer)

const numberOf = (name: string): number => Number(name.slice(-5))

/** Who holds the model where nothing happens: the seed fixes it. */
const GROUP = ((): readonly number[] => {
  const run = createFederatedSwarm(BASE)
  run.swarm.begin()
  runServers(run, () => run.leads.size > 0)
  return run.leads.get(0)!.group.map(numberOf)
})()
const [COORDINATOR, STANDBY] = GROUP as [number, number]
const CLIENT = ALL.find((peer) => !GROUP.includes(peer))!

const ran = (faults: readonly object[], strategy: object = {}): FederatedSwarm =>
  runFederated({ ...BASE, faults, strategy: { ...BASE.strategy, ...strategy } })

const UNDISTURBED = ran([])

test('three of six peers should be counted in every round, each about as often, and all end with one model', (t) => {
  isRight(t, UNDISTURBED, BASE, new Set(), 'undisturbed')
  const counted = countedIn(t, UNDISTURBED, BASE)
  for (const peers of counted) t.is(peers.length, 3)
  for (const peer of ALL) {
    const times = counted.filter((peers) => peers.includes(peer)).length
    // Binomial: 30, and the deviation is 3.9.
    t.true(Math.abs(times - 30) < 5 * 3.9, `peer ${peer}: ${times}`)
    t.is(UNDISTURBED.steps[peer], 2 * times, 'nobody trains who is not drawn')
    t.is(UNDISTURBED.rounds[peer]!.at(-1), ROUNDS - 1)
  }
})

test('only who is drawn should be sent the model', (t) => {
  const bytesOf = (run: FederatedSwarm): number =>
    run.swarm.members.reduce((sum, { counters }) => sum + counters.traffic.sentBytes, 0)
  const whole = bytesOf(ran([], { fraction: 1 }))
  const half = bytesOf(UNDISTURBED)
  t.true(half < 0.6 * whole, `${half} of ${whole}`)
})

test('a killed coordinator should be replaced by its standby, and every round be done', (t) => {
  const made = ran([{ kind: 'crash', peers: [COORDINATOR], atMs: 400 }])
  t.is(happened(made.swarm), `crashed ${COORDINATOR}`)
  const { term, group } = made.leads.get(0)!
  t.is(numberOf(group[0]!), STANDBY)
  t.is(group.length, 2)
  t.is(term, 2)
  isRight(t, made, BASE, new Set([COORDINATOR]), 'killed')
  const longer = made.swarm.clock.now - UNDISTURBED.swarm.clock.now
  // Half of failoverMs, a look, and a few round trips, at most twice: clients are dropped as well.
  t.true(longer < 2 * 200 + 30 * 20, `${longer} ms longer`)
})

test('a coordinator that comes back should follow, and not go on with a model of its own', (t) => {
  const made = ran([{ kind: 'crash', peers: [COORDINATOR], atMs: 400, returnMs: 900 }])
  t.is(happened(made.swarm), `crashed ${COORDINATOR}, returned ${COORDINATOR}`)
  t.is(numberOf(made.leads.get(0)!.group[0]!), STANDBY)
  isRight(t, made, BASE, new Set(), 'back')
})

test('a coordinator that leaves should hand the model over', (t) => {
  const made = ran([{ kind: 'leave', peers: [COORDINATOR], atMs: 400 }])
  t.is(happened(made.swarm), `left ${COORDINATOR}`)
  t.is(numberOf(made.leads.get(0)!.group[0]!), STANDBY)
  isRight(t, made, BASE, new Set([COORDINATOR]), 'left')
})

test('a coordinator that is cut off should count nothing, and follow the others when it is back', (t) => {
  const faults = [{ kind: 'partition', groups: [[COORDINATOR]], fromMs: 400, toMs: 1400 }]
  const setting = { ...BASE, rounds: 120, faults }
  const made = createFederatedSwarm(setting)
  made.swarm.begin()
  runServers(made, () => made.swarm.clock.now >= 1399)
  t.is(numberOf(made.leads.get(0)!.group[0]!), STANDBY)
  const others = made.rounds[STANDBY]!.at(-1)!
  t.true(others > made.rounds[COORDINATOR]!.at(-1)! + 5, 'the others stood still')
  runServers(made)
  isRight(t, made, setting, new Set(), 'cut off')
})

test('a stalled coordinator should be replaced, and believed by nobody when it wakes', (t) => {
  let stalls = 0
  const setting: ServerSetting = {
    ...BASE,
    rounds: 120,
    fate: (to, _from, _message, now) => {
      if (numberOf(to) !== COORDINATOR || now < 400 || stalls > 0) return 'comes'
      stalls++
      return { stallsMs: 800 }
    }
  }
  const made = runFederated(setting)
  t.is(stalls, 1)
  t.true(made.leads.get(0)!.term > 1)
  isRight(t, made, setting, new Set(), 'stalled')
})

test('a client that dies in mid-round should cost its update and nothing else', (t) => {
  let fell = 0
  const strategy = { ...BASE.strategy, fraction: 1 }
  const setting: ServerSetting = {
    ...BASE,
    strategy,
    faults: [{ kind: 'crash', peers: [CLIENT], atMs: 400 }]
  }
  const made = runFederated(setting)
  isRight(t, made, setting, new Set([CLIENT]), 'died')
  for (const peers of countedIn(t, made, setting)) {
    if (peers.includes(CLIENT)) t.is(peers.length, PEERS)
    else {
      fell++
      t.deepEqual(
        peers,
        ALL.filter((peer) => peer !== CLIENT)
      )
    }
  }
  t.true(fell > 30 && fell < ROUNDS)
  const longer = made.swarm.clock.now - ran([], { fraction: 1 }).swarm.clock.now
  t.true(longer < 200, `${longer} ms longer`)
})

test('a client that stalls should be waited for until the deadline, in its round only', (t) => {
  let stalls = 0
  const strategy = { ...BASE.strategy, fraction: 1, deadlineMs: 500 }
  const setting: ServerSetting = {
    ...BASE,
    strategy,
    rounds: 120,
    fate: (to, _from, _message, now) => {
      if (numberOf(to) !== CLIENT || now < 400 || stalls > 0) return 'comes'
      stalls++
      return { stallsMs: 1500 }
    }
  }
  const made = runFederated(setting)
  t.is(stalls, 1)
  isRight(t, made, setting, new Set(), 'stalled')
  const without = countedIn(t, made, setting).filter((peers) => !peers.includes(CLIENT))
  t.true(without.length > 10, 'the others waited')
  t.true(without.length < 60, 'it was left out')
  for (const peers of without) t.is(peers.length, PEERS - 1)
})

test('a round whose clients all die should be given to others', (t) => {
  // One client in each round, and each that is drawn in the third one dies.
  const strategy = { ...BASE.strategy, clients: 1 }
  const setting: ServerSetting = { ...BASE, strategy, rounds: 20 }
  let victim = -1
  const seen = createFederatedSwarm({
    ...setting,
    fate: (to, _from, message) => {
      const isClient = !GROUP.includes(numberOf(to))
      if (
        victim < 0 &&
        isClient &&
        message.kind === 'params' &&
        !message.rests &&
        message.round > 2
      )
        victim = numberOf(to)
      return 'comes'
    }
  })
  seen.swarm.begin()
  runServers(seen, () => victim >= 0)
  const atMs = seen.swarm.clock.now + 0.001
  const made = runFederated({ ...setting, faults: [{ kind: 'crash', peers: [victim], atMs }] })
  t.is(happened(made.swarm), `crashed ${victim}`)
  isRight(t, made, setting, new Set([victim]), 'all of them')
  for (const peers of countedIn(t, made, setting)) t.is(peers.length, 1)
})

test('who comes late should have the model at once and train when it is drawn', (t) => {
  const setting: ServerSetting = {
    ...BASE,
    strategy: { ...BASE.strategy, startPatienceMs: 200 },
    faults: [{ kind: 'join', peers: [CLIENT], atMs: 700 }]
  }
  const seen: Array<{ readonly rests: boolean; readonly round: number }> = []
  const made = createFederatedSwarm({
    ...setting,
    fate: (to, _from, message) => {
      if (message.kind === 'params' && numberOf(to) === CLIENT) seen.push(message)
      return 'comes'
    }
  })
  made.swarm.begin()
  runServers(made)
  t.is(happened(made.swarm), `joined ${CLIENT}`)
  isRight(t, made, setting, new Set(), 'late')
  t.true(seen[0]!.round > 3, 'it came too early')
  const counted = countedIn(t, made, setting)
  const [first] = counted.flatMap((peers, round) => (peers.includes(CLIENT) ? [round] : []))
  // It is drawn with the round after the one that it comes into, or a later one.
  t.true(seen[0]!.rests)
  t.true(first! > seen[0]!.round)
  // Once when it comes, once for every round that it is drawn for, once at the end.
  const times = counted.filter((peers) => peers.includes(CLIENT)).length
  t.is(seen.length, 1 + times + 1)
})

test('a model that has lost all its holders should be built anew from the newest copy, and say so', (t) => {
  const faults = [{ kind: 'crash', peers: [...GROUP], atMs: 400 }]
  const made = ran(faults, { fraction: 1, rebuildAfterMs: 1000 })
  t.is(made.notices.length, 1)
  t.regex(made.notices[0]!, /has lost all of its replicas/)
  statuses(made.swarm).forEach((status, peer) => {
    if (!GROUP.includes(peer)) t.is(status, 'finished')
  })
  const counted = countedIn(t, made, BASE)
  t.true(counted.every((peers) => peers.length > 0))
})

test('a swarm that was killed as a whole should go on with the copies that its peers have kept', (t) => {
  const made = ran([{ kind: 'crash', peers: ALL, atMs: 400, returnMs: 1000 }])
  t.is(made.swarm.faults.counts['returned'], PEERS)
  t.deepEqual(
    statuses(made.swarm),
    ALL.map(() => 'finished')
  )
  const models = made.swarm.members.map(({ replica }) => replica!)
  for (const model of models) t.deepEqual(model, models[0])
})

test('clients that never make the deadline should bring the run to its end all the same', (t) => {
  const setting: ServerSetting = {
    ...BASE,
    rounds: 10,
    strategy: { ...BASE.strategy, deadlineMs: 60 },
    stepMs: () => 100
  }
  const made = runFederated(setting)
  isRight(t, made, setting, new Set(), 'slow')
})
