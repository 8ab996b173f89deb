import { InvalidInputError, type Problem } from '../errors.ts'
import { permutation, type Random } from '../random.ts'
import type { PartitionConfig } from '../swarm/recipe.ts'
import { drawCounts } from './partition-counts.ts'
import { rowsByClass } from './rows-by-class.ts'

/** Everything that keeps `rows` rows from being divided among `peers` peers in this way. */
export const partitionProblems = (
  config: PartitionConfig,
  rows: number,
  peers: number
): Problem[] => {
  const problems: Problem[] = []
  if (peers < 1) {
    problems.push({ path: 'peers', rule: 'must be at least 1', remedy: 'give a number such as 6' })
  }
  if (peers > rows) {
    const rule = `must be at most ${rows}, the rows of the training set, is ${peers}`
    problems.push({ path: 'peers', rule, remedy: 'take fewer peers or a larger dataset' })
  }
  if (config.kind === 'shards' && peers <= rows && config.perPeer * peers > rows) {
    const path = 'data.partition.perPeer'
    const rule = `must leave a row for every shard, ${config.perPeer} x ${peers} are more than ${rows}`
    problems.push({ path, rule, remedy: `give at most ${Math.floor(rows / peers)}` })
  }
  return problems
}

/** Where part `i` of `parts` begins when `length` rows are cut into parts whose sizes differ by <= 1. */
const cut = (length: number, parts: number, i: number): number => Math.floor((length * i) / parts)

const dealEvenly = (rows: Int32Array, peers: number): Int32Array[] =>
  Array.from({ length: peers }, (_, peer) =>
    rows.slice(cut(rows.length, peers, peer), cut(rows.length, peers, peer + 1))
  )

/**
 * Rows by class, shuffled within it, one after the other round the table: the peers' counts of a
 * class differ by one at most, and so do their sizes, as no class begins at the first peer again.
 */
const dealStratified = (
  byClass: readonly number[][],
  peers: number,
  random: Random
): Int32Array[] => {
  const rows = byClass.flatMap((own, label) =>
    Array.from(permutation(random.fork(label), own.length), (place) => own[place]!)
  )
  return Array.from({ length: peers }, (_, peer) => {
    const length = Math.ceil((rows.length - peer) / peers)
    return Int32Array.from({ length }, (_row, turn) => rows[turn * peers + peer]!)
  })
}

const dealByDirichlet = (
  alpha: number,
  byClass: readonly number[][],
  peers: number,
  random: Random
): Int32Array[] => {
  const sizes = byClass.map((rows) => rows.length)
  const counts = drawCounts(random.fork('shares'), alpha, sizes, peers)
  const dealt: number[][] = Array.from({ length: peers }, () => [])
  byClass.forEach((rows, label) => {
    const order = permutation(random.fork('rows').fork(label), rows.length)
    let next = 0
    counts[label]!.forEach((count, peer) => {
      for (let end = next + count; next < end; next++) dealt[peer]!.push(rows[order[next]!]!)
    })
  })
  return dealt.map((rows) => Int32Array.from(rows))
}

/** McMahan et al. 2017, section 3: with 2 shards a peer sees about two classes. */
const dealShards = (
  perPeer: number,
  byClass: readonly number[][],
  peers: number,
  random: Random
): Int32Array[] => {
  const sorted = byClass.flat()
  const shards = permutation(random, peers * perPeer)
  const shard = (i: number): number[] =>
    sorted.slice(cut(sorted.length, shards.length, i), cut(sorted.length, shards.length, i + 1))
  return Array.from({ length: peers }, (_, peer) => {
    const mine = shards.subarray(peer * perPeer, (peer + 1) * perPeer)
    return Int32Array.from(Array.from(mine, shard).flat())
  })
}

const deal = (
  config: PartitionConfig,
  labels: Uint8Array,
  peers: number,
  classes: number,
  random: Random
): Int32Array[] => {
  switch (config.kind) {
    case 'iid':
      return dealEvenly(permutation(random, labels.length), peers)
    case 'stratified':
      return dealStratified(rowsByClass(labels, classes), peers, random)
    case 'dirichlet':
      return dealByDirichlet(config.alpha, rowsByClass(labels, classes), peers, random)
    case 'shards':
      return dealShards(config.perPeer, rowsByClass(labels, classes), peers, random)
    default:
      return config satisfies never
  }
}

/**
 * The rows of every peer, ascending; every row is given to exactly one. The same `random` gives the
 * same parts, so each peer finds its own without asking. Throws what partitionProblems finds.
 */
export const partition = (
  config: PartitionConfig,
  labels: Uint8Array,
  peers: number,
  classes: number,
  random: Random
): Int32Array[] => {
  const problems = partitionProblems(config, labels.length, peers)
  if (problems.length > 0) throw new InvalidInputError(problems)
  return deal(config, labels, peers, classes, random).map((rows) => rows.sort())
}
