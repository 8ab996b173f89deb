/** Which peers are shown where not all of them fit. */
import type { PeerRow } from './live-table-model.ts'

export interface ShownRow extends PeerRow {
  /** Why it is among the shown; empty where all are. */
  readonly why: '' | 'slowest' | 'worst' | 'best'
}

type Compare = (a: PeerRow, b: PeerRow) => number

/** The first `count` in the order of `compare`, in one pass: the many others are not sorted. */
const first = (rows: readonly PeerRow[], count: number, compare: Compare): PeerRow[] => {
  const chosen: PeerRow[] = []
  for (const row of rows) {
    if (chosen.length === count && (count === 0 || compare(row, chosen.at(-1)!) >= 0)) continue
    let at = chosen.length
    while (at > 0 && compare(row, chosen[at - 1]!) < 0) at--
    chosen.splice(at, 0, row)
    if (chosen.length > count) chosen.pop()
  }
  return chosen
}

const bySlowness: Compare = (a, b) => a.round - b.round

/** Higher is better; null where a peer has no such figure yet. */
type Merit = (row: PeerRow) => number | null

const turnedRound = (loss: number | null): number | null => (loss === null ? null : -loss)

const MERITS: readonly Merit[] = [
  ({ accuracy }) => accuracy,
  ({ testLoss }) => turnedRound(testLoss),
  ({ loss }) => turnedRound(loss)
]

/** The first figure that any of the peers has: different ones could not be compared. */
const meritFor = (rows: readonly PeerRow[]): Merit =>
  MERITS.find((merit) => rows.some((row) => merit(row) !== null)) ?? (() => null)

/** At most `count` of the rows: about a third each of the slowest, the worst and the best. */
export const chooseRows = (rows: readonly PeerRow[], count: number): readonly ShownRow[] => {
  if (rows.length <= count) return rows.map((row) => ({ ...row, why: '' }))
  const merit = meritFor(rows)
  const known = rows.filter((row) => merit(row) !== null).length
  const third = Math.floor(Math.min(count / 3, known / 2))
  const slowest = first(rows, count - 2 * third, bySlowness)
  const taken = new Set(slowest)
  const judged = rows.filter((row) => !taken.has(row) && merit(row) !== null)
  const worst = first(judged, third, (a, b) => merit(a)! - merit(b)!)
  for (const row of worst) taken.add(row)
  const others = judged.filter((row) => !taken.has(row))
  const best = first(others, third, (a, b) => merit(b)! - merit(a)!)
  return [
    ...slowest.map((row): ShownRow => ({ ...row, why: 'slowest' })),
    ...worst.map((row): ShownRow => ({ ...row, why: 'worst' })),
    ...best.toReversed().map((row): ShownRow => ({ ...row, why: 'best' }))
  ]
}
