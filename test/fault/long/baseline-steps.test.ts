/**
 * A mishap at every step of gossip averaging's, d-psgd's, sgp's and diloco's protocols: with each kind of message, the first and
 * a later one of it, its sender dies before or after it has come, its receiver dies, its receiver stalls, or
 * it is lost, comes twice or comes after what came next. The table says what has to come of it.
 */
import test, { type ExecutionContext } from 'ava'
import { consensusDistance, meanVector } from '../../../src/consensus/consensus-distance.ts'
import { KIND as DILOCO } from '../../../src/strategy/diloco/codec.ts'
import { KIND as GOSSIP } from '../../../src/strategy/gossip-averaging/codec.ts'
import { KIND as SGP } from '../../../src/strategy/sgp/codec.ts'
import { distance } from '../../helpers/distance.ts'
import type { Fate } from '../../helpers/fates.ts'
import {
  beginnings,
  type FaultySwarm,
  happened,
  LENGTH,
  replicasOf,
  runFaulty,
  type Setting,
  statuses
} from '../../helpers/faulty-swarm.ts'
import { chosen as chosenOf, once, recorder } from '../../helpers/mishaps.ts'
import { quadraticTrainers } from '../../helpers/synthetic-trainers.ts'

const PEERS = 6
const ROUNDS = 130
const PARTITION = { kind: 'partition', groups: [[4], [2]], fromMs: 300, toMs: 600 }

type Mishap = 'dies' | 'never' | 'twice' | 'late' | 'stalls'
/** Null, or what is wrong with how a run has ended. */
type Outcome = (run: FaultySwarm) => string | null

const START = beginnings(PEERS)
const MEAN = meanVector(START)
const APART = consensusDistance(START).absolute

const survivors = ({ swarm }: FaultySwarm) =>
  swarm.members.filter(({ status }) => status === 'finished')

/** All have the mean of where they began. */
const isMean: Outcome = (run) => {
  const off = Math.max(...survivors(run).map(({ replica }) => distance(replica!, MEAN) / APART))
  return off < 1e-5 ? null : `${off} from the mean`
}

/** All have nearly one replica, somewhere between where they began. */
const isBetween: Outcome = (run) => {
  const replicas = replicasOf(survivors(run))
  const apart = consensusDistance(replicas).absolute / APART
  if (!(apart < 1e-3)) return `${apart} apart`
  const mean = meanVector(replicas)
  const isInside = mean.every((value, i) => {
    const values = START.map((start) => start[i]!)
    return value > Math.min(...values) - 1e-3 && value < Math.max(...values) + 1e-3
  })
  return isInside ? null : 'outside of where they began'
}

const trainers = quadraticTrainers(PEERS, LENGTH, 0.05, 3)
const OPTIMUM = meanVector(trainers.map(({ optimum }) => optimum))

/** All have the same bits, and these are near the optimum of all. */
const isOneReplica =
  (near: number): Outcome =>
  (run) => {
    const hashes = survivors(run).map(({ replicaHash }) => replicaHash)
    if (new Set(hashes).size > 1) return `${new Set(hashes).size} replicas`
    const zero = new Float64Array(LENGTH)
    const left = distance(survivors(run)[0]!.replica!, OPTIMUM) / distance(zero, OPTIMUM)
    return left < near ? null : `${left} of the way left`
  }

interface Row {
  readonly kinds: readonly string[]
  readonly setting: Setting
  readonly outcomes: Readonly<Record<Mishap, Outcome>>
  /** By `kind mishap`. */
  readonly exceptions?: Readonly<Record<string, Outcome>>
  /** How much longer than the undisturbed run it may take at the most. */
  readonly longerMs: number
}

const QUICK = { deadline: { floorMs: 50, ceilingMs: 500 }, startPatienceMs: 500 }
const COMMON = { peers: PEERS, rounds: ROUNDS, faults: [PARTITION] }

const TABLE: Readonly<Record<string, Row>> = {
  'gossip-averaging': {
    kinds: Object.keys(GOSSIP),
    setting: {
      ...COMMON,
      strategy: { name: 'gossip-averaging', ...QUICK },
      topology: { name: 'exponential' }
    },
    // As d-psgd's: the same edges.
    outcomes: { dies: isBetween, never: isBetween, twice: isMean, late: isMean, stalls: isMean },
    longerMs: 4500
  },
  'd-psgd': {
    kinds: Object.keys(GOSSIP),
    setting: {
      ...COMMON,
      strategy: { name: 'd-psgd', ...QUICK },
      topology: { name: 'exponential' }
    },
    outcomes: {
      dies: isBetween,
      // On a link that stays up nobody asks for it: one end may have added what the other has not.
      never: isBetween,
      twice: isMean,
      late: isMean,
      stalls: isMean
    },
    longerMs: 4500
  },
  sgp: {
    kinds: Object.keys(SGP),
    setting: { ...COMMON, strategy: { name: 'sgp', ...QUICK }, topology: { name: 'exponential' } },
    outcomes: { dies: isBetween, never: isMean, twice: isMean, late: isMean, stalls: isMean },
    // What was on its way when a link broke is said again to whoever says hello on the next one.
    exceptions: { 'hello never': isBetween },
    longerMs: 4500
  },
  diloco: {
    kinds: Object.keys(DILOCO),
    setting: {
      ...COMMON,
      strategy: { name: 'diloco', ...QUICK, outerMomentum: 0.5, minorityPatienceMs: 2000 },
      trainer: (peer) => trainers[peer]!,
      // Parts come later than closes that name them, somebody falls behind, and one comes back: all kinds occur.
      network: { discoveryMs: 20, delays: { probability: 0.1, ms: 60 } },
      faults: [{ kind: 'crash', peers: [1], atMs: 100, returnMs: 250 }, PARTITION]
    },
    outcomes: {
      dies: isOneReplica(0.5),
      never: isOneReplica(0.2),
      twice: isOneReplica(0.2),
      late: isOneReplica(0.2),
      stalls: isOneReplica(0.2)
    },
    longerMs: 6500
  }
}

for (const [name, { kinds, setting, outcomes, exceptions = {}, longerMs }] of Object.entries(
  TABLE
)) {
  const { moments, fate: record } = recorder()
  const whole = runFaulty({ ...setting, fate: record })
  const isRight = (
    t: ExecutionContext,
    run: FaultySwarm,
    mishap: Mishap,
    kind: string,
    what: string,
    dead: number | null = null
  ): void => {
    statuses(run.swarm).forEach((status, peer) => {
      if (peer !== dead) t.is(status, 'finished', `${what}: peer ${peer}`)
    })
    t.is((exceptions[`${kind} ${mishap}`] ?? outcomes[mishap])(run), null, what)
    const longer = run.swarm.clock.now - whole.swarm.clock.now
    t.true(longer < longerMs, `${what}: ${longer} ms longer`)
  }

  test(`${name}: the undisturbed run should say every kind of message`, (t) => {
    for (const kind of kinds) t.true((moments.get(kind)?.length ?? 0) > 0, kind)
    isRight(t, whole, 'twice', 'any', 'undisturbed')
    for (const { counters } of whole.swarm.members) t.deepEqual(counters.tally().rejected, {})
  })

  for (const kind of kinds) {
    const seen = moments.get(kind) ?? []
    const chosen = chosenOf(seen)

    test(`${name}: should survive that somebody dies at a ${kind}`, (t) => {
      for (const nth of chosen) {
        const { atMs, from, to } = seen[nth]!
        for (const victim of [from, to]) {
          for (const shift of [-0.001, 0.001]) {
            const what = `${kind} ${nth}: ${victim} of ${from} to ${to} dies at ${atMs + shift}`
            const crash = { kind: 'crash', peers: [victim], atMs: Math.max(0.001, atMs + shift) }
            const others = setting.faults!.filter(
              (fault) => !('peers' in fault && (fault.peers as number[]).includes(victim))
            )
            const run = runFaulty({ ...setting, faults: [...others, crash] })
            t.true(happened(run.swarm).includes(`crashed ${victim}`), `${what}: it did not`)
            isRight(t, run, 'dies', kind, what, victim)
          }
        }
      }
    })

    for (const [mishap, fates] of Object.entries({
      never: ['never'],
      twice: ['twice'],
      late: ['late'],
      stalls: [{ stallsMs: 150 }, { stallsMs: 900 }]
    } satisfies Partial<Record<Mishap, readonly Fate[]>>)) {
      test(`${name}: should come out right where a ${kind} ${mishap}`, (t) => {
        for (const nth of chosen) {
          for (const fate of fates) {
            const what = `${kind} ${nth}: ${JSON.stringify(fate)}`
            const { fired, fate: decide } = once(kind, nth, fate)
            const run = runFaulty({ ...setting, fate: decide })
            t.is(fired.times, 1, `${what} never happened`)
            isRight(t, run, mishap as Mishap, kind, what)
          }
        }
      })
    }
  }
}
