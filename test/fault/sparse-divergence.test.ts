/** Too large a consensus step with a sparse code, without and with the guard. */
import test from 'ava'
import { consensusDistance, meanVector } from '../../src/consensus/consensus-distance.ts'
import { createVirtualSwarm, runVirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import type { Compute, Kinds, Strategy } from '../../src/strategy/strategy.ts'
import { distance } from '../helpers/distance.ts'
import { recipeWith } from '../helpers/recipe.ts'
import { averagingTrainers } from '../helpers/synthetic-trainers.ts'
import { contextOf, QUIET } from '../helpers/virtual.ts'

const PEERS = 16
const LENGTH = 200

interface Encoded extends Record<string, unknown> {
  readonly kind: 'encoded'
  readonly edges: ReadonlyArray<{ readonly shift: number }>
}

/** The same strategy, but no end ever asks for a smaller step; `seen` is told what it would ask for. */
const withoutGuard = (
  strategy: Strategy<Kinds>,
  guard: boolean,
  seen: (shift: number) => void
) => ({
  ...strategy,
  compute: (...parts: Parameters<typeof strategy.compute>): Compute<Kinds> => {
    const compute = strategy.compute(...parts)
    return {
      replica: compute.replica,
      mixed: compute.mixed,
      run(job) {
        const result = compute.run(job)
        if (result.kind !== 'encoded') return result
        const { edges } = result as unknown as Encoded
        for (const { shift } of edges) seen(shift)
        const unguarded = { kind: result.kind, edges: edges.map((edge) => ({ ...edge, shift: 0 })) }
        return guard ? result : unguarded
      }
    }
  }
})

interface Outcome {
  /** Disagreement after every round over the initial one. */
  readonly worst: number
  readonly final: number
  readonly drift: number
  readonly shift: number
}

const run = async (gamma: number, rounds: number, guard: boolean): Promise<Outcome> => {
  const trainers = averagingTrainers(PEERS, LENGTH, 1)
  const initial = trainers.map((trainer) => trainer.initial())
  const start = consensusDistance(initial).absolute
  const recipe = recipeWith({
    strategy: { name: 'gossip-averaging', gamma },
    training: { learningRate: 0.1, localSteps: 1, steps: rounds },
    compression: { name: 'top-k+int4', fraction: 0.1 }
  })
  const strategy = STRATEGIES['gossip-averaging']!.create(
    recipe,
    trainers[0]!.layout,
    contextOf(trainers.length)
  )
  let shift = 0
  let worst = 0
  const swarm = createVirtualSwarm({
    strategy: withoutGuard(strategy, guard, (asked) => {
      shift = Math.max(shift, asked)
    }),
    peers: trainers.length,
    trainer: (peer) => trainers[peer]!,
    topology: recipe.topology,
    network: QUIET,
    stepMs: () => 50,
    tag: { manifest: 1, layout: 2 },
    seed: 1,
    onRound: ({ index }) => {
      if (index === 0) worst = Math.max(worst, disagreement())
    }
  })
  const replicas = () => swarm.members.map(({ replica }) => replica!)
  const disagreement = () => consensusDistance(replicas()).absolute / start
  await runVirtualSwarm(swarm)
  return {
    worst,
    final: disagreement(),
    drift: distance(meanVector(replicas()), meanVector(initial)) / start,
    shift
  }
}

const told = ({ worst, final, drift, shift }: Outcome): string =>
  `worst ${worst}, final ${final}, mean drift ${drift}, largest shift asked for ${shift}`

test('should converge with the default step of top-10 %, and leave it alone', async (t) => {
  const outcome = await run(0.2, 150, true)
  t.log(told(outcome))
  t.true(outcome.final < 1e-3)
  t.is(outcome.shift, 0)
})

test('should diverge with four times that step and no guard', async (t) => {
  const outcome = await run(0.8, 200, false)
  t.log(told(outcome))
  t.true(outcome.final > 100, 'the step is not too large: the next test shows nothing')
})

test('should not diverge with four times that step and the guard', async (t) => {
  const outcome = await run(0.8, 600, true)
  t.log(told(outcome))
  t.true(outcome.shift >= 2, 'the guard never fired')
  // Sixteenfold growth of one edge's residual is what the guard waits for before it acts.
  t.true(outcome.worst < 16)
  // This seed's; over five seeds 0.1 to 3.3: it does not converge (docs/strategies/gossip-averaging.md).
  t.true(outcome.final < 1)
  // Both ends of an edge always took the same step: float32 rounding of replicas up to seven apart.
  t.true(outcome.drift < 1e-5)
})
