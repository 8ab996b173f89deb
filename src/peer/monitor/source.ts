import type { RoundRecord } from '../../storage/round-record.ts'
import type { PeerStatus } from './status.ts'

/** A round's record as a curve shows it. */
export type CurvePoint = Pick<
  RoundRecord,
  'round' | 'loss' | 'accuracy' | 'testLoss' | 'bytesSent' | 'bytesReceived'
> & {
  /** Milliseconds since 1970. */
  readonly at: number
}

export type SourceEvent =
  /** Every second or so; a status is made only for whoever reads it. */
  | { readonly type: 'status'; status(): PeerStatus }
  | { readonly type: 'point'; readonly peer: string; readonly point: CurvePoint }
  /** Of a run of many: how its process ended. */
  | { readonly type: 'ended'; readonly peer: string; readonly how: string }

/** One running peer, or all of a local run: what pages and commands look at. Read-only. */
export interface StatusSource {
  /** The latest of each peer; one, for a daemon. */
  statuses(): readonly PeerStatus[]
  /** Thinned: at most 2000 of each peer, oldest first. */
  curves(): ReadonlyArray<{ readonly peer: string; readonly points: readonly CurvePoint[] }>
  /** Returns what ends the subscription. */
  subscribe(listener: (event: SourceEvent) => void): () => void
}
