import { InvalidInputError, type Problem } from '../errors.ts'
import { permutation, type Random } from '../random.ts'
import type { PartitionConfig } from '../swarm/recipe.ts'
import type { Bytes } from '../vector/vector.ts'

/** Characters that are dealt together: long enough that few windows straddle two of them. */
const BLOCK = 1024

/** A text is parted by place, and has no classes to part it by. */
export const textPartitionProblems = ({ kind }: PartitionConfig): readonly Problem[] => {
  if (kind === 'iid' || kind === 'shards') return []
  const rule = `cannot be ${kind} for a text, which has no classes`
  return [{ path: 'data.partition.kind', rule, remedy: 'give iid or shards' }]
}

/** Where part `i` of `parts` begins when `length` things are cut into parts that differ by <= 1. */
const cut = (length: number, parts: number, i: number): number => Math.floor((length * i) / parts)

/** Cuts that the whole text is made of, from..to. */
type Runs = ReadonlyArray<readonly [from: number, to: number]>

/** `iid`: blocks, the last perhaps shorter. `shards`: `perPeer` long runs for each peer. */
const runsOf = (config: PartitionConfig, length: number, peers: number): Runs => {
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

const join = (text: Bytes, runs: Runs): Bytes => {
  const joined = new Uint8Array(runs.reduce((sum, [from, to]) => sum + to - from, 0))
  let end = 0
  for (const [from, to] of runs) {
    joined.set(text.subarray(from, to), end)
    end += to - from
  }
  return joined
}

/** Everything that keeps a text of `length` characters from being parted like this. */
const problemsOf = (config: PartitionConfig, length: number, peers: number): readonly Problem[] => {
  if (config.kind !== 'shards' || peers * config.perPeer <= length) {
    return textPartitionProblems(config)
  }
  const rule = `must leave a character for every shard, ${config.perPeer} x ${peers} are more than ${length}`
  return [{ path: 'data.partition.perPeer', rule, remedy: 'give less, or take a longer text' }]
}

/**
 * The characters of every peer, in the text's order; every one is given to exactly one. The same
 * `random` gives the same parts, so each peer finds its own without asking.
 *
 * @throws InvalidInputError where a text cannot be parted like this, or a part is below `least`.
 */
export const partitionText = (
  config: PartitionConfig,
  text: Bytes,
  peers: number,
  least: number,
  random: Random
): readonly Bytes[] => {
  const problems = problemsOf(config, text.length, peers)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const runs = runsOf(config, text.length, peers)
  const order = permutation(random, runs.length)
  const parts = Array.from({ length: peers }, (_, peer) => {
    const [from, to] = [cut(order.length, peers, peer), cut(order.length, peers, peer + 1)]
    return join(
      text,
      Array.from(order.slice(from, to).sort(), (i) => runs[i]!)
    )
  })
  const shortest = parts.reduce((length, part) => Math.min(length, part.length), text.length)
  if (shortest >= least) return parts
  const rule = `must leave each at least ${least} characters to train on, one would have ${shortest}`
  const remedy = 'take fewer peers, a longer text or a smaller model.context'
  throw new InvalidInputError([{ path: 'peers', rule, remedy }])
}
