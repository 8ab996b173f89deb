import { type Random, seeded } from '../random.ts'

/** The random streams that every peer of a swarm derives alike from the recipe's seed. */
export interface SwarmStreams {
  readonly partition: Random
  /** The replica that all peers start from. */
  readonly initial: Random
  readonly topology: Random
  /** The order in which the holder of a shard, or whoever is called so, draws its rows. */
  batches(holder: number | string): Random
}

export const swarmStreams = (seed: number): SwarmStreams => {
  const root = seeded(seed)
  return {
    partition: root.fork('partition'),
    initial: root.fork('initial'),
    topology: root.fork('topology'),
    batches: (holder) => root.fork('batches').fork(holder)
  }
}
