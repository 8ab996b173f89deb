/** Nobody waits for one particular peer: a slow or hung one costs the others a bounded time. */
import test from 'ava'
import { createVirtualSwarm, type VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import { recipeWith } from '../helpers/recipe.ts'
import { averagingTrainers } from '../helpers/synthetic-trainers.ts'
import { QUIET } from '../helpers/virtual.ts'

const PEERS = 12
const LENGTH = 100
const ROUNDS = 60
const LOCAL_STEPS = 4
const STEP_MS = 50
const CEILING_MS = 5000

interface Outcome {
  readonly swarm: VirtualSwarm
  /** When each peer completed its last round so far, in virtual milliseconds. */
  readonly last: readonly number[]
  readonly rounds: readonly number[]
  readonly missed: readonly number[]
}

/** Runs until all but `without` peers have finished. */
const runUntil = (stepMs: (peer: number) => number, without: number, rounds = ROUNDS): Outcome => {
  const recipe = recipeWith({
    strategy: { name: 'gossip-averaging', deadline: { ceilingMs: CEILING_MS } },
    training: { learningRate: 0.1, localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * rounds },
    compression: { name: 'int4' }
  })
  const trainers = averagingTrainers(PEERS, LENGTH, 1)
  const last = new Array<number>(PEERS).fill(0)
  const completed = new Array<number>(PEERS).fill(0)
  const missed = new Array<number>(PEERS).fill(0)
  const swarm: VirtualSwarm = createVirtualSwarm({
    strategy: STRATEGIES['gossip-averaging']!.create(recipe, trainers[0]!.layout, true),
    trainers,
    topology: recipe.topology,
    network: QUIET,
    stepMs,
    tag: { manifest: 1, layout: 2 },
    seed: 1,
    onRound: (peer, outcome) => {
      last[peer] = swarm.clock.now
      completed[peer]!++
      missed[peer]! += outcome.missed
    }
  })
  for (const peer of swarm.peers) peer.start()
  while (swarm.remaining() > without && swarm.clock.step());
  return { swarm, last, rounds: completed, missed }
}

const even = runUntil(() => STEP_MS, 0)

test('should let every peer of an even swarm be heard in every round', (t) => {
  t.deepEqual(even.missed, new Array<number>(PEERS).fill(0))
  // A round is its local steps, one latency and small change; links take four latencies to come up.
  const least = ROUNDS * LOCAL_STEPS * STEP_MS
  for (const [peer, at] of even.last.entries()) {
    t.true(at > least && at < least + ROUNDS * 15 + 100, `peer ${peer} after ${at} ms`)
  }
})

for (const slow of [[0], [0, 5]]) {
  test(`should not be slowed by ${slow.length} peers of ${PEERS} that take seven times as long`, (t) => {
    const { last, rounds, missed } = runUntil(
      (peer) => (slow.includes(peer) ? 7 * STEP_MS : STEP_MS),
      0
    )
    t.deepEqual(rounds, new Array<number>(PEERS).fill(ROUNDS))
    t.true(missed.reduce((sum, count) => sum + count) > 10, 'nobody was ever too late')
    for (const peer of slow) {
      t.true(last[peer]! > 6 * even.last[peer]!, `slow peer ${peer} after ${last[peer]} ms`)
    }
    const fast = last.filter((_, peer) => !slow.includes(peer))
    t.log(`fast peers ${Math.min(...fast)}-${Math.max(...fast)} ms, even swarm ${even.last[0]}`)
    for (const [peer, at] of last.entries()) {
      if (slow.includes(peer)) continue
      t.true(at < 2 * even.last[peer]!, `peer ${peer} after ${at} ms`)
    }
  })
}

test('should wait for a peer whose job hangs once, and then go on without it', (t) => {
  // Longer than the run: the one job that it has never ends.
  const hang = (peer: number): number => (peer === 0 ? 1e9 : STEP_MS)
  for (const rounds of [ROUNDS, 2 * ROUNDS]) {
    const hung = runUntil(hang, 1, rounds)
    t.deepEqual(hung.rounds, [0, ...new Array<number>(PEERS - 1).fill(rounds)])
    t.true(hung.missed.reduce((sum, count) => sum + count) > 0, 'nobody missed it')
    const free = (even.last[1]! * rounds) / ROUNDS
    for (const [peer, at] of hung.last.entries()) {
      // Its neighbours know nothing of each other either in the first round: one ceiling, once.
      t.true(at < free + 1.1 * CEILING_MS, `peer ${peer} after ${at} ms of ${rounds} rounds`)
    }
    // They part from it as from everyone, and wait no longer than the ceiling for its answer.
    const end = hung.swarm.clock.now
    t.true(end < free + 2.2 * CEILING_MS, `the last to leave left after ${end} ms`)
  }
})
