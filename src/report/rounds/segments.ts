import type { RoundRecord } from '../../storage/round-record.ts'
import type { Span } from './absences.ts'

/** What a peer did for some time. */
export interface Segment extends Span {
  readonly kind: 'compute' | 'exchange' | 'wait'
}

/** What is left of a span outside of others, which are in order and do not overlap. */
const outside = (span: Span, others: readonly Span[]): readonly Span[] => {
  const parts: Span[] = []
  let { fromMs } = span
  for (const other of others) {
    if (other.toMs <= fromMs || other.fromMs >= span.toMs) continue
    if (other.fromMs > fromMs) parts.push({ fromMs, toMs: other.fromMs })
    fromMs = other.toMs
  }
  if (fromMs < span.toMs) parts.push({ fromMs, toMs: span.toMs })
  return parts
}

/**
 * Where the time of one round went, from the end of the round before (`sinceMs`) to its own: local
 * steps, then encoding and mixing, then the rest waiting, laid around the peer's absences. Nothing
 * where the record carries no durations.
 */
export const segmentsOf = (
  { atMs, computeMs, exchangeMs }: Pick<RoundRecord, 'atMs' | 'computeMs' | 'exchangeMs'>,
  sinceMs: number,
  absences: readonly Span[]
): readonly Segment[] => {
  if (computeMs === null || exchangeMs === null) return []
  const amounts: { kind: Segment['kind']; left: number }[] = [
    { kind: 'compute', left: Math.max(0, computeMs) },
    { kind: 'exchange', left: Math.max(0, exchangeMs) },
    { kind: 'wait', left: Infinity }
  ]
  const segments: Segment[] = []
  for (const part of outside({ fromMs: sinceMs, toMs: atMs }, absences)) {
    let { fromMs } = part
    for (const amount of amounts) {
      const taken = Math.min(amount.left, part.toMs - fromMs)
      if (taken <= 0) continue
      segments.push({ kind: amount.kind, fromMs, toMs: fromMs + taken })
      amount.left -= taken
      fromMs += taken
    }
  }
  return segments
}
