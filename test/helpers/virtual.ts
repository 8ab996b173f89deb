import { type NetworkConfig, networkSchema } from '../../src/simulation/network-schema.ts'
import {
  createVirtualSwarm,
  runVirtualSwarm,
  type VirtualSwarm
} from '../../src/simulation/virtual-swarm.ts'
import type { SwarmContext } from '../../src/strategy/context.ts'
import type { RoundOutcome } from '../../src/strategy/driver.ts'
import { STRATEGIES } from '../../src/strategy/registry.ts'
import type { Trainer } from '../../src/strategy/strategy.ts'
import type { Recipe } from '../../src/swarm/recipe.ts'

export const QUIET: NetworkConfig = networkSchema.parse({ latencyMs: 10, bandwidthMbps: 100 })

/** Of a swarm whose manifest nobody looks at. */
export const contextOf = (peers: number): SwarmContext => ({
  manifest: '0'.repeat(64),
  peers,
  diagnostics: true
})

export interface Run {
  readonly swarm: VirtualSwarm
  /** `peer round heard missed at bytes`, in the order in which the rounds completed. */
  readonly trace: readonly string[]
}

/** Runs a recipe with the given trainers in virtual time. */
export const runSwarm = async (
  recipe: Recipe,
  trainers: readonly Trainer[],
  network: NetworkConfig = QUIET,
  stepMs: (peer: number) => number = () => 5,
  onRound?: (swarm: VirtualSwarm, peer: number, outcome: RoundOutcome) => void,
  trains?: (peer: number) => boolean
): Promise<Run> => {
  const trace: string[] = []
  const { layout } = trainers[0]!
  const swarm: VirtualSwarm = createVirtualSwarm({
    strategy: STRATEGIES[recipe.strategy.name]!.create(recipe, layout, contextOf(trainers.length)),
    peers: trainers.length,
    trainer: (peer) => trainers[peer]!,
    topology: recipe.topology,
    network,
    stepMs,
    tag: { manifest: 1, layout: 2 },
    seed: recipe.seed,
    ...(trains === undefined ? {} : { trains }),
    onRound: ({ index: peer }, outcome) => {
      const { round, heard, missed, atMs, bytesSent } = outcome
      trace.push(`${peer} ${round} ${heard} ${missed} ${atMs.toFixed(6)} ${bytesSent}`)
      onRound?.(swarm, peer, outcome)
    }
  })
  await runVirtualSwarm(swarm)
  return { swarm, trace }
}
