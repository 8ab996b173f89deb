import { Curve } from '../peer/monitor/curve.ts'
import type { CurvePoint, SourceEvent, StatusSource } from '../peer/monitor/source.ts'
import { type PeerStatus, STATUS_SCHEMA } from '../peer/monitor/status.ts'
import type { Spectator } from '../simulation/live/live-run.ts'
import type { PreparedPeer } from '../simulation/live/prepare.ts'
import type { RoundRecord } from '../storage/round-record.ts'

/** The body of a peer's /status, by its state folder; null: none runs there. */
export type AskStatus = (state: string) => Promise<Buffer | null>

interface Watched {
  readonly peer: PreparedPeer
  readonly curve: Curve
  status: PeerStatus | null
  /** An answer is on its way. */
  asked: boolean
  ended: boolean
}

/** Of the same program, so its shape is known; null: of another one. */
const statusIn = (body: Buffer): PeerStatus | null => {
  const found = JSON.parse(body.toString()) as PeerStatus
  return found.schema === STATUS_SCHEMA ? found : null
}

/**
 * All peers of a local run as one source: statuses by asking, curves from the records that they print.
 * A peer that has ended stays as it was last heard.
 */
export class LiveSwarm implements StatusSource, Spectator {
  readonly #askStatus: AskStatus
  readonly #listeners = new Set<(event: SourceEvent) => void>()
  #watched: readonly Watched[] = []

  constructor(askStatus: AskStatus) {
    this.#askStatus = askStatus
  }

  started(peers: readonly PreparedPeer[]): void {
    this.#watched = peers.map((peer) => ({
      peer,
      curve: new Curve(),
      status: null,
      asked: false,
      ended: false
    }))
  }

  ended({ index, name }: PreparedPeer, how: string): void {
    const watched = this.#watched[index]
    if (watched !== undefined) watched.ended = true
    this.#emit({ type: 'ended', peer: name, how })
  }

  record({ peer: index, round, loss, accuracy, testLoss, ...more }: RoundRecord): void {
    const watched = this.#watched[index]
    if (watched === undefined) return
    const { bytesSent, bytesReceived } = more
    const at = Date.now()
    const point: CurvePoint = { round, loss, accuracy, testLoss, bytesSent, bytesReceived, at }
    watched.curve.add(point)
    this.#emit({ type: 'point', peer: watched.peer.name, point })
  }

  /** Asks everybody who has answered the question before. */
  ask(): void {
    for (const watched of this.#watched) void this.#askOne(watched)
  }

  statuses(): readonly PeerStatus[] {
    return this.#watched.flatMap(({ status }) => status ?? [])
  }

  curves(): ReadonlyArray<{ readonly peer: string; readonly points: readonly CurvePoint[] }> {
    return this.#watched.map(({ peer, curve }) => ({ peer: peer.name, points: curve.points }))
  }

  subscribe(listener: (event: SourceEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #askOne(watched: Watched): Promise<void> {
    if (watched.asked || watched.ended) return
    watched.asked = true
    try {
      const body = await this.#askStatus(watched.peer.state)
      const status = body === null ? null : statusIn(body)
      if (status !== null) {
        watched.status = status
        this.#emit({ type: 'status', status: () => status })
      }
    } catch {
      // It starts, ends or hangs: it is shown as it was, and asked again.
    } finally {
      watched.asked = false
    }
  }

  #emit(event: SourceEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
