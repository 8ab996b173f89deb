import type { Metrics, MultiaddrConnection, Stream } from '@libp2p/interface'
import { isRelayed } from './connections.ts'
import type { SocketWatch } from './guard/guard.ts'
import { inPieces, passed } from './passing.ts'
import type { RateLimit } from './rate-limit.ts'
import { HOP, STOP } from './reach/relay-messages.ts'
import type { Urgency } from './turns.ts'

const UNWATCHED: SocketWatch = { received: () => null, sent: () => {} }

const none = { update() {}, increment() {}, decrement() {}, reset() {}, observe() {} }
const timer = () => () => {}
const nothing = () => ({ ...none, timer })

/**
 * Of a circuit's stream; null: it is none. At its ends the streams within it have paid already. A relay
 * puts its own affairs first.
 */
const circuitUrgency = (protocol: string, direction: Stream['direction']): Urgency | null => {
  if (protocol !== HOP && protocol !== STOP) return null
  return (protocol === HOP) === (direction === 'inbound') ? 'bulk' : 'vital'
}

/**
 * Counts what one node hands to its TCP sockets and reads from them, and holds it to its limits: TLS
 * handshakes and records, yamux, negotiation, pings, gossip, frames. Not included: TCP and IP headers,
 * and what TCP sends again.
 *
 * libp2p shows raw connections to its metrics alone; all other metrics are thrown away here.
 */
export class SocketBytes implements Metrics {
  readonly #rates: RateLimit
  readonly #urgencyOf: (protocol: string) => Urgency
  readonly #watch: (connection: MultiaddrConnection) => SocketWatch
  #sent = 0
  #received = 0

  /** `urgencyOf`: of a protocol's streams; vital ones are held back by nothing but their socket. */
  constructor(
    rates: RateLimit,
    urgencyOf: (protocol: string) => Urgency,
    watch: (connection: MultiaddrConnection) => SocketWatch = () => UNWATCHED
  ) {
    this.#rates = rates
    this.#urgencyOf = urgencyOf
    this.#watch = watch
  }

  get sent(): number {
    return this.#sent
  }

  get received(): number {
    return this.#received
  }

  trackMultiaddrConnection(connection: MultiaddrConnection): void {
    const watch = this.#watch(connection)
    // What goes through a relay goes through the socket to the relay, and is counted there.
    const { sink, source } = connection
    if (isRelayed(connection)) {
      connection.source = passed(source, (bytes) => watch.received(bytes))
      return
    }
    const { up, down } = this.#rates
    const write = (bytes: number): Promise<void> | null => {
      this.#sent += bytes
      watch.sent(bytes)
      return up.limited ? up.socket(bytes) : null
    }
    connection.sink = async (chunks) => {
      this.#rates.opened(1)
      try {
        await sink(
          passed(
            inPieces(chunks, () => up.size),
            write
          )
        )
      } finally {
        this.#rates.opened(-1)
      }
    }
    connection.source = passed(source, (bytes) => {
      this.#received += bytes
      const held = watch.received(bytes)
      if (!down.limited) return held
      return held === null ? down.socket(bytes) : held.then(() => down.socket(bytes))
    })
  }

  trackProtocolStream(stream: Stream): void {
    const { protocol = '', direction } = stream
    const urgency = circuitUrgency(protocol, direction) ?? this.#urgencyOf(protocol)
    if (urgency === 'vital') return
    const { up, down } = this.#rates
    const { sink, source } = stream
    const write = (bytes: number): Promise<void> | null =>
      up.limited ? up.stream(bytes, urgency) : null
    stream.sink = (chunks) =>
      sink(
        passed(
          inPieces(chunks, () => up.size),
          write
        )
      )
    stream.source = passed(source, (bytes) => (down.limited ? down.stream(bytes, urgency) : null))
  }

  readonly registerMetric = nothing
  readonly registerMetricGroup = nothing
  readonly registerCounter = nothing
  readonly registerCounterGroup = nothing
  readonly registerHistogram = nothing
  readonly registerHistogramGroup = nothing
  readonly registerSummary = nothing
  readonly registerSummaryGroup = nothing

  traceFunction<F>(_name: string, traced: F): F {
    return traced
  }

  createTrace(): undefined {}
}
