/**
 * Nobody waits for one particular peer: a slow or hung one costs the others a bounded time, and whoever
 * falls behind skips rounds instead of being left alone at the end.
 */
import test from 'ava'
import { createVirtualSwarm, type VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import { recipeWith } from '../helpers/recipe.ts'
import { averagingTrainers } from '../helpers/synthetic-trainers.ts'
import { contextOf, QUIET } from '../helpers/virtual.ts'

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
  /** The round that each has last completed, from 1. */
  readonly reached: readonly number[]
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
  const reached = new Array<number>(PEERS).fill(0)
  const missed = new Array<number>(PEERS).fill(0)
  const swarm: VirtualSwarm = createVirtualSwarm({
    strategy: STRATEGIES['gossip-averaging']!.create(
      recipe,
      trainers[0]!.layout,
      contextOf(trainers.length)
    ),
    peers: trainers.length,
    trainer: (peer) => trainers[peer]!,
    topology: recipe.topology,
    network: QUIET,
    stepMs,
    tag: { manifest: 1, layout: 2 },
    seed: 1,
    onRound: ({ index: peer }, outcome) => {
      last[peer] = swarm.clock.now
      completed[peer]!++
      reached[peer] = outcome.round + 1
      missed[peer]! += outcome.missed
    }
  })
  swarm.begin()
  const unfinished = () => swarm.members.filter(({ presence }) => presence !== 'finished').length
  while (unfinished() > without && swarm.clock.step());
  return { swarm, last, rounds: completed, reached, missed }
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
    const { last, rounds, reached, missed } = runUntil(
      (peer) => (slow.includes(peer) ? 7 * STEP_MS : STEP_MS),
      0
    )
    for (const [peer, count] of rounds.entries()) {
      if (!slow.includes(peer)) t.is(count, ROUNDS, `peer ${peer}`)
    }
    t.true(missed.reduce((sum, count) => sum + count) > 10, 'nobody was ever too late')
    for (const peer of slow) {
      // A seventh of the others' rounds, spread over the whole run: its end is theirs.
      t.true(rounds[peer]! >= ROUNDS / 8, `slow peer ${peer} did ${rounds[peer]} rounds`)
      t.true(reached[peer]! > 0.8 * ROUNDS, `slow peer ${peer} reached ${reached[peer]}`)
      t.true(last[peer]! < 2 * even.last[peer]!, `slow peer ${peer} after ${last[peer]} ms`)
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
    t.deepEqual(hung.reached, [0, ...new Array<number>(PEERS - 1).fill(rounds)])
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
