import type { Random } from '../random.ts'
import { dirichlet } from './dirichlet.ts'

/** Rows of every class that every peer is given. // [classes][peers] */
export type Counts = readonly Int32Array[]

/** A peer with fewer rows than this hardly has a batch. */
const LEAST_ROWS = 40
/** Where rows are few the least is a quarter of an equal share, so that drawing it is not hopeless. */
const LEAST_SHARE = 0.25
/** Draws before the smallest peers are topped up instead: about 45 ms at 64 peers. */
const MAX_DRAWS = 100

/** The fewest rows that a Dirichlet partition leaves a peer with. */
export const leastRows = (rows: number, peers: number): number =>
  Math.max(1, Math.min(LEAST_ROWS, Math.floor((LEAST_SHARE * rows) / peers)))

const totals = (counts: Counts, peers: number): Int32Array =>
  Int32Array.from({ length: peers }, (_, peer) =>
    counts.reduce((sum, shares) => sum + shares[peer]!, 0)
  )

const drawClass = (random: Random, alpha: number, rows: number, peers: number): Int32Array => {
  const shares = dirichlet(random, alpha, peers)
  let cumulative = 0
  let given = 0
  return Int32Array.from(shares, (share, peer) => {
    cumulative += share
    const end = peer === peers - 1 ? rows : Math.min(rows, Math.floor(cumulative * rows))
    const count = end - given
    given = end
    return count
  })
}

const indexOfLargest = (values: ArrayLike<number>): number => {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}

/**
 * Moves rows from the largest peer's largest class to the smallest peer until all have `least`.
 * Ends: while one has less than `least`, which is at most the mean, the largest has more than
 * `least`, so every move is of at least one row and leaves the giver with `least`.
 */
export const topUp = (counts: Counts, peers: number, least: number): void => {
  for (;;) {
    const sizes = totals(counts, peers)
    const smallest = indexOfLargest(sizes.map((size) => -size))
    const missing = least - sizes[smallest]!
    if (missing <= 0) return
    const largest = indexOfLargest(sizes)
    const shares = counts[indexOfLargest(counts.map((row) => row[largest]!))]!
    const moved = Math.min(missing, sizes[largest]! - least, shares[largest]!)
    shares[largest] = shares[largest]! - moved
    shares[smallest] = shares[smallest]! + moved
  }
}

/**
 * For every class the peers' shares are drawn from Dirichlet(alpha) (Yurochkin et al. 2019, section
 * 4); everything is drawn again while a peer has less than leastRows, MAX_DRAWS times at most.
 */
export const drawCounts = (
  random: Random,
  alpha: number,
  rowsOfClass: readonly number[],
  peers: number
): Counts => {
  const rows = rowsOfClass.reduce((a, b) => a + b, 0)
  const least = leastRows(rows, peers)
  for (let draw = 1; ; draw++) {
    const counts = rowsOfClass.map((count) => drawClass(random, alpha, count, peers))
    const enough = totals(counts, peers).every((size) => size >= least)
    if (enough) return counts
    if (draw < MAX_DRAWS) continue
    topUp(counts, peers, least)
    return counts
  }
}
