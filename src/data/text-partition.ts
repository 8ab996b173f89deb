import { InvalidInputError, type Problem } from '../errors.ts'
import { permutation, type Random } from '../random.ts'
import type { PartitionConfig } from '../swarm/recipe.ts'
import type { Run } from './text.ts'

/** Symbols that are dealt together: long enough that few windows straddle two of them. */
const BLOCK = 1024

/** A text is parted by place, and has no classes to part it by. */
export const textPartitionProblems = ({ kind }: PartitionConfig): readonly Problem[] => {
  if (kind === 'iid' || kind === 'shards') return []
  const rule = `cannot be ${kind} for a text, which has no classes`
  return [{ path: 'data.partition.kind', rule, remedy: 'give iid or shards' }]
}

/** Where part `i` of `parts` begins when `length` things are cut into parts that differ by <= 1. */
const cut = (length: number, parts: number, i: number): number => Math.floor((length * i) / parts)

/** `iid`: blocks, the last perhaps shorter. `shards`: `perPeer` long runs for each peer. */
const runsOf = (config: PartitionConfig, length: number, peers: number): readonly Run[] => {
  if (config.kind === 'shards') {
    const count = peers * config.perPeer
    const at = (i: number): number => cut(length, count, i)
    return Array.from({ length: count }, (_, i) => [at(i), at(i + 1)])
  }
  return Array.from({ length: Math.ceil(length / BLOCK) }, (_, i) => [
    i * BLOCK,
    Math.min(length, (i + 1) * BLOCK)
  ])
}

/** Everything that keeps a text of `length` characters from being parted like this. */
const problemsOf = (config: PartitionConfig, length: number, peers: number): readonly Problem[] => {
  if (config.kind !== 'shards' || peers * config.perPeer <= length) {
    return textPartitionProblems(config)
  }
  const rule = `must leave a character for every shard, ${config.perPeer} x ${peers} are more than ${length}`
  return [{ path: 'data.partition.perPeer', rule, remedy: 'give less, or take a longer text' }]
}

/** Symbols of runs together. */
export const lengthOf = (runs: readonly Run[]): number =>
  runs.reduce((sum, [from, to]) => sum + to - from, 0)

/**
 * The runs of every peer in a text of `length` symbols, in the text's order; every symbol is given to
 * exactly one peer. The same `random` gives the same runs, so each peer finds its own without asking.
 *
 * @throws InvalidInputError where a text cannot be parted like this, or a part is below `least`.
 */
export const partitionText = (
  config: PartitionConfig,
  length: number,
  peers: number,
  least: number,
  random: Random
): ReadonlyArray<readonly Run[]> => {
  const problems = problemsOf(config, length, peers)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const runs = runsOf(config, length, peers)
  const order = permutation(random, runs.length)
  const parts = Array.from({ length: peers }, (_, peer) => {
    const [from, to] = [cut(order.length, peers, peer), cut(order.length, peers, peer + 1)]
    return Array.from(order.slice(from, to).sort(), (i) => runs[i]!)
  })
  const shortest = parts.reduce((shortest, part) => Math.min(shortest, lengthOf(part)), length)
  if (shortest >= least) return parts
  const rule = `must leave each at least ${least} characters to train on, one would have ${shortest}`
  const remedy = 'take fewer peers, a longer text or a smaller model.context'
  throw new InvalidInputError([{ path: 'peers', rule, remedy }])
}
