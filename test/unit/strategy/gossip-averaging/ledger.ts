/** What must hold once two peers are through with each other, whatever happened to their link. */
import type { Mix, Name, Pair } from './pair.ts'

const ENOUGH_STEPS = 3000
const MIXES = 3

const byEdge = (mixes: readonly Mix[]): Map<string, Mix[]> => Map.groupBy(mixes, ({ id }) => id)

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What is wrong with one edge's exchanges at its two ends, or null. */
const discord = (a: readonly Mix[], b: readonly Mix[], slack: number): string | null => {
  if (Math.abs(a.length - b.length) > slack) {
    return `${a.length} exchanges at one end, ${b.length} at the other`
  }
  for (const [i, mine] of a.entries()) {
    const theirs = b[i]
    if (theirs === undefined) break
    if (mine.k !== i + 1 || theirs.k !== i + 1) return `exchange ${mine.k}/${theirs.k} as ${i + 1}`
    if (mine.weight !== theirs.weight || mine.shift !== theirs.shift) return `step of ${i + 1}`
    if (hex(mine.own) !== hex(theirs.theirs) || hex(mine.theirs) !== hex(theirs.own)) {
      return `payloads of ${i + 1}`
    }
  }
  return null
}

/** The sum of all that mixing has added to both replicas; each addition has its exact opposite. */
const drift = (pair: Pair): number =>
  Math.max(
    ...Array.from(pair.ends.a.compute.mixed!, (x, i) =>
      Math.abs(x + pair.ends.b.compute.mixed![i]!)
    )
  )

/**
 * Lets both peers, which want each other again, average for a while and leave; then compares what the
 * two ends have applied. Null: all is well. An edge in `cut` lost one of its ends, which
 * may have been one exchange ahead or behind.
 */
export const settle = (pair: Pair, cut: ReadonlySet<string> = new Set()): string | null => {
  const { a, b } = pair.ends
  const before: Record<Name, number> = { a: a.mixes.length, b: b.mixes.length }
  const mixing = () => a.mixes.length >= before.a + MIXES && b.mixes.length >= before.b + MIXES
  if (!pair.until(mixing, ENOUGH_STEPS)) return 'no edge came up, or it is stuck'
  pair.leave('a')
  pair.until(() => false, 5)
  pair.leave('b')
  if (!pair.until(() => a.finished && b.finished, ENOUGH_STEPS)) {
    return `an edge does not end: a ${a.finished}, b ${b.finished}`
  }
  while (pair.act('a:job') || pair.act('b:job'));
  return compare(pair, cut)
}

const compare = (pair: Pair, cut: ReadonlySet<string>): string | null => {
  const of = (name: Name) =>
    byEdge(pair.lives.filter((life) => life.name === name).flatMap(({ end }) => end.mixes))
  const [mine, theirs] = [of('a'), of('b')]
  for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
    const slack = cut.has(id) ? 1 : 0
    const wrong = discord(mine.get(id) ?? [], theirs.get(id) ?? [], slack)
    if (wrong !== null) return `edge ${id}: ${wrong}`
  }
  if (pair.lives.length > 2) return null
  return drift(pair) === 0 ? null : `the mean moved by ${drift(pair)}`
}
