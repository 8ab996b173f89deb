import type { Results } from '../../storage/results.ts'
import type { CloseUp } from './digest.ts'

/** Mean rounds that fit into one close-up. */
const ROUNDS = 12
const MAX_EVENTS = 4

/** When a run ended, as far as its results say; null when they say nothing. */
export const endOf = ({ history, seconds }: Results): number | null => {
  const last = history.findLast(({ atMs }) => atMs !== null)?.atMs ?? null
  return seconds.virtual === null ? last : seconds.virtual * 1000
}

/** The stretches of time worth a look from near: the beginning, the first faults, the end. */
export const closeUps = (results: Results): readonly CloseUp[] => {
  const endMs = endOf(results)
  if (endMs === null || endMs <= 0 || results.rounds === 0) return []
  const width = Math.min(endMs, (ROUNDS * endMs) / results.rounds)
  const at = (label: string, fromMs: number): CloseUp => {
    const start = Math.max(0, Math.min(fromMs, endMs - width))
    return { label, fromMs: start, toMs: start + width }
  }
  const windows = [at('the beginning', 0)]
  for (const { atMs, peer, event } of [...results.faults.log].sort((a, b) => a.atMs - b.atMs)) {
    if (windows.length > MAX_EVENTS) break
    // What an earlier close-up shows already needs none of its own.
    if (windows.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)) continue
    const who = peer === null ? 'the network' : `peer ${peer}`
    windows.push(at(`${who} ${event}`, atMs - width / 4))
  }
  const last = at('the end', endMs - width)
  return last.fromMs >= width ? [...windows, last] : windows
}
