/** A whole swarm in virtual time: the daemon's strategy and driver over a modelled network. */
import { Neighbourhood } from '../consensus/neighbourhood.ts'
import { createTopology } from '../consensus/topologies.ts'
import { RunFailedError } from '../errors.ts'
import { seeded } from '../random.ts'
import type { Kinds, Milliseconds, Strategy, Trainer } from '../strategy/strategy.ts'
import type { TopologyConfig } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { SwarmTag } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import { VirtualClock } from './virtual-clock.ts'
import { type NetworkModel, VirtualNetwork } from './virtual-network.ts'
import { type Completion, VirtualPeer } from './virtual-peer.ts'

export interface VirtualSwarmOptions {
  readonly strategy: Strategy<Kinds>
  /** One for each peer, in the order of the peers' names. */
  readonly trainers: readonly Trainer[]
  readonly topology: TopologyConfig
  readonly network: NetworkModel
  /** Virtual duration of one local step of a peer. */
  readonly stepMs: (peer: number) => Milliseconds
  readonly tag: SwarmTag
  /** Fixes topology, faults and nonces. */
  readonly seed: number
  readonly onRound?: (peer: number, completion: Completion) => void
}

export interface VirtualSwarm {
  readonly peers: readonly VirtualPeer[]
  readonly network: VirtualNetwork
  readonly clock: VirtualClock
  /** Peers that have not finished yet. */
  remaining(): number
}

/** Encoding, mixing and the like, beside the local steps. */
const OTHER_JOB_MS = 0.2
/** How long the run may keep the event loop before it lets progress and signals through. */
const SLICE_MS = 50

/** Virtual peers' names sort like their numbers. */
export const virtualName = (index: number): string => `peer-${String(index).padStart(5, '0')}`

export const createVirtualSwarm = (options: VirtualSwarmOptions): VirtualSwarm => {
  const { strategy, trainers, seed } = options
  const random = seeded(seed).fork('virtual')
  const clock = new VirtualClock()
  const limits = wireLimits(strategy.codec.maxBody)
  const network = new VirtualNetwork(
    clock,
    random.fork('network'),
    options.network,
    options.tag,
    limits
  )
  const topology = createTopology(options.topology, swarmStreams(seed).topology)
  const names = trainers.map((_, index) => virtualName(index))
  let remaining = trainers.length
  const peers = trainers.map((trainer, index) => {
    const name = names[index]!
    let steps = 0
    const counted: Trainer = {
      layout: trainer.layout,
      initial: () => trainer.initial(),
      train: (replica, count) => {
        steps += count
        return trainer.train(replica, count)
      }
    }
    return new VirtualPeer({
      name,
      strategy,
      compute: strategy.compute(counted),
      random: random.fork(name),
      neighbourhood: new Neighbourhood(topology, name, names),
      clock,
      network,
      duration: () => {
        const takes = OTHER_JOB_MS + steps * options.stepMs(index)
        steps = 0
        return takes
      },
      onRound: (completion) => options.onRound?.(index, completion),
      onFinished: () => {
        remaining--
      }
    })
  })
  return { peers, network, clock, remaining: () => remaining }
}

/** Runs until every peer has finished. `signal`: peers leave at once, and the run ends early but clean. */
export const runVirtualSwarm = async (
  { peers, clock, remaining }: VirtualSwarm,
  signal?: AbortSignal
): Promise<void> => {
  for (const peer of peers) peer.start()
  let left = false
  let sliceEnds = performance.now() + SLICE_MS
  while (remaining() > 0) {
    if (!clock.step()) throw new RunFailedError('the simulated swarm stands still')
    if (performance.now() < sliceEnds) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceEnds = performance.now() + SLICE_MS
    if (signal?.aborted === true && !left) {
      left = true
      for (const peer of peers) peer.leave()
    }
  }
}
