/** Where a peer's time and bytes go, against what the model says of them. */

import test from 'ava'
import { networkSchema } from '../../../src/simulation/network-schema.ts'
import type { Completion } from '../../../src/simulation/virtual-peer.ts'
import {
  createVirtualSwarm,
  runVirtualSwarm,
  virtualName
} from '../../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../../src/strategy/registry.ts'
import { recipeWith } from '../../helpers/recipe.ts'
import { averagingTrainers } from '../../helpers/synthetic-trainers.ts'
import { contextOf } from '../../helpers/virtual.ts'

const [PEERS, ROUNDS, LOCAL_STEPS] = [6, 20, 3]
const stepMs = (peer: number): number => 10 + peer
const OTHER_JOB_MS = 0.2
const EXACT = 1e-9

const run = async () => {
  const recipe = recipeWith({
    training: { learningRate: 0.1, localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * ROUNDS },
    topology: { name: 'ring' }
  })
  const trainers = averagingTrainers(PEERS, 50, 1)
  const completions: Completion[][] = Array.from({ length: PEERS }, () => [])
  const swarm = createVirtualSwarm({
    strategy: STRATEGIES['gossip-averaging']!.create(
      recipe,
      trainers[0]!.layout,
      contextOf(trainers.length)
    ),
    peers: PEERS,
    trainer: (peer) => trainers[peer]!,
    topology: recipe.topology,
    network: networkSchema.parse({ latencyMs: 15 }),
    stepMs,
    tag: { manifest: 1, layout: 2 },
    seed: 1,
    onRound: ({ index }, completion) => void completions[index]!.push(completion)
  })
  await runVirtualSwarm(swarm)
  return { swarm, completions }
}

test('should tell the time of local steps and of all other jobs, round by round', async (t) => {
  const { completions } = await run()
  for (const [peer, mine] of completions.entries()) {
    t.is(mine.length, ROUNDS)
    let last = 0
    for (const { round, heard, missed, computeMs, exchangeMs, atMs } of mine) {
      const label = `peer ${peer} in round ${round}`
      t.deepEqual([heard, missed], [2, 0], label)
      t.is(computeMs, LOCAL_STEPS * stepMs(peer), label)
      // The start of the local steps, one encoding, and a mixing with each of two neighbours; in the
      // last round a neighbour may have parted before, which is a job more.
      const jobs = exchangeMs / OTHER_JOB_MS
      const ending = round === ROUNDS - 1 && Math.abs(jobs - 5) < EXACT
      t.true(Math.abs(jobs - 4) < EXACT || ending, `${jobs} jobs, ${label}`)
      // A record is written when the last mixing begins: the job before it may be the next one's.
      t.true(atMs - last >= computeMs, `${atMs - last} ms, ${label}`)
      last = atMs
    }
  }
})

test('should deliver every byte that is sent, and count it at both ends', async (t) => {
  const { swarm } = await run()
  const total = (field: 'sentBytes' | 'receivedBytes'): number =>
    swarm.members.reduce((sum, { counters }) => sum + counters.traffic[field], 0)
  // The last goodbyes are still on their way when the last peer has finished.
  const late = total('sentBytes') - total('receivedBytes')
  t.true(late >= 0 && late < 0.01 * total('sentBytes'), `${late} of ${total('sentBytes')}`)
})

test('should name peers so that their names sort like their numbers', (t) => {
  const names = Array.from({ length: 10_000 }, (_, index) => virtualName(index))
  t.deepEqual([...names].sort(), names)
})
