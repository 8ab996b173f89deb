/**
 * Federated averaging in virtual time whose model tells what has happened. Element (r, i) is peer i's in
 * round r: only there do its local steps of that round take anything off, 60 in all. So when round r is
 * over, the elements of its row that are not 0 are those of the k peers whose updates were counted, and each
 * is -60 / k, which is exact for up to 6 peers. An update that counts twice, or in another round, makes it
 * another number.
 */
import type { ExecutionContext } from 'ava'
import type { Trainer } from '../../src/strategy/strategy.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import { statuses } from './faulty-swarm.ts'
import {
  createServerSwarm,
  runServers,
  type ServerSetting,
  type ServerSwarm
} from './server-swarm.ts'
import { nothingSaved } from './synthetic-trainers.ts'

/** A multiple of 1 to 6. */
const ROUND = 60
/** Local steps of a round, as the helper's recipe has them. */
const STEPS = 2

export const tellingTrainer = (setting: ServerSetting, peer: number, calls: number[]): Trainer => {
  const { peers, rounds } = setting
  const length = peers * rounds
  return {
    ...nothingSaved,
    layout: layoutOf([{ name: 'x', shape: [length] }]),
    initial: () => new Float32Array(length),
    train: (replica, steps, from) => {
      for (let step = from; step < from + steps; step++) {
        const element = Math.floor(step / STEPS) * peers + peer
        replica[element] = replica[element]! - ROUND / STEPS
      }
      calls[peer] = calls[peer]! + steps
      return { loss: 0, samples: steps }
    }
  }
}

export interface FederatedSwarm extends ServerSwarm {
  /** Local steps of each peer, over all its lives. */
  readonly steps: readonly number[]
}

export const createFederatedSwarm = (setting: ServerSetting): FederatedSwarm => {
  const steps = Array.from({ length: setting.peers }, () => 0)
  const run = createServerSwarm({
    trainer: (peer) => tellingTrainer(setting, peer, steps),
    ...setting,
    name: 'federated-averaging'
  })
  return { ...run, steps }
}

export const runFederated = (setting: ServerSetting): FederatedSwarm => {
  const run = createFederatedSwarm(setting)
  run.swarm.begin()
  runServers(run)
  return run
}

/** The peers that were counted in each round. */
export const countedIn = (
  t: ExecutionContext,
  run: FederatedSwarm,
  { peers, rounds }: ServerSetting,
  what = ''
): ReadonlyArray<readonly number[]> => {
  const model = run.params(0)
  return Array.from({ length: rounds }, (_, round) => {
    const row = [...model.subarray(round * peers, (round + 1) * peers)]
    const counted = row.flatMap((value, peer) => (value === 0 ? [] : [peer]))
    for (const peer of counted) {
      t.is(row[peer], -ROUND / counted.length, `${what}: round ${round}: ${row}`)
    }
    return counted
  })
}

/** `away`: peers that need not be there at the end. */
export const isRight = (
  t: ExecutionContext,
  run: FederatedSwarm,
  setting: ServerSetting,
  away: ReadonlySet<number>,
  what: string
): void => {
  const counted = countedIn(t, run, setting, what)
  counted.forEach((peers, round) => {
    t.true(peers.length > 0, `${what}: nobody was counted in round ${round}`)
  })
  run.acknowledged.forEach((pushes, peer) => {
    for (const push of pushes) {
      const round = run.bases.get(push)!
      t.true(counted[round]!.includes(peer), `${what}: ${peer} was told that ${round} counts`)
    }
  })
  for (const [term, primaries] of run.answered) t.is(primaries.size, 1, `${what}: term ${term}`)
  const model = run.params(0)
  statuses(run.swarm).forEach((status, peer) => {
    if (away.has(peer)) return
    t.is(status, 'finished', `${what}: peer ${peer}`)
    t.deepEqual(run.swarm.members[peer]!.replica, model, `${what}: replica of peer ${peer}`)
  })
}
