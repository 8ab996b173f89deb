import type { FaultEntry } from '../../storage/results.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export interface Absence extends Span {
  readonly why: 'not yet joined' | 'left' | 'crashed'
}

export interface Split extends Span {
  readonly detail: string | null
}

const inOrder = (log: readonly FaultEntry[]): readonly FaultEntry[] =>
  [...log].sort((a, b) => a.atMs - b.atMs)

/** When each peer was away, by the log of what befell it. Peers that never were are not in the map. */
export const absencesOf = (
  log: readonly FaultEntry[],
  endMs: number
): ReadonlyMap<number, readonly Absence[]> => {
  const absences = new Map<number, Absence[]>()
  const gone = new Map<number, { atMs: number; why: Absence['why'] }>()
  const close = (peer: number, toMs: number): void => {
    const since = gone.get(peer)
    if (since === undefined) return
    gone.delete(peer)
    const known = absences.get(peer) ?? []
    known.push({ fromMs: since.atMs, toMs, why: since.why })
    absences.set(peer, known)
  }
  const seen = new Set<number>()
  for (const { atMs, peer, event } of inOrder(log)) {
    if (peer === null) continue
    if (event === 'joined' && !seen.has(peer) && atMs > 0) {
      gone.set(peer, { atMs: 0, why: 'not yet joined' })
    }
    seen.add(peer)
    if (event === 'joined' || event === 'returned') close(peer, atMs)
    if ((event === 'left' || event === 'crashed') && !gone.has(peer)) {
      gone.set(peer, { atMs, why: event })
    }
  }
  for (const [peer, { atMs }] of [...gone]) close(peer, Math.max(endMs, atMs))
  return absences
}

/** When the network was split; a split that nobody healed lasts to the end. */
export const splitsOf = (log: readonly FaultEntry[], endMs: number): readonly Split[] => {
  const open: { fromMs: number; detail: string | null }[] = []
  const splits: Split[] = []
  for (const { atMs, event, detail } of inOrder(log)) {
    if (event === 'partitioned') open.push({ fromMs: atMs, detail })
    if (event !== 'healed') continue
    const same = open.findIndex((split) => split.detail === detail)
    const [healed] = open.splice(Math.max(0, same), 1)
    if (healed !== undefined) splits.push({ ...healed, toMs: atMs })
  }
  return [...splits, ...open.map((split) => ({ ...split, toMs: Math.max(endMs, split.fromMs) }))]
}

export const isAway = (absences: readonly Absence[], atMs: number): boolean =>
  absences.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
