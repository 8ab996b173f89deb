import type { Metrics, MultiaddrConnection } from '@libp2p/interface'

const none = { update() {}, increment() {}, decrement() {}, reset() {}, observe() {} }
const timer = () => () => {}
const nothing = () => ({ ...none, timer })

/**
 * Counts what one node hands to its TCP sockets: TLS handshakes and records, yamux, negotiation,
 * pings, gossip, frames. Not included: TCP and IP headers, and what TCP sends again.
 *
 * libp2p shows raw connections to its metrics alone; all other metrics are thrown away here.
 */
export class SocketBytes implements Metrics {
  #sent = 0

  get sent(): number {
    return this.#sent
  }

  trackMultiaddrConnection(connection: MultiaddrConnection): void {
    const sink = connection.sink
    const count = (bytes: number): void => {
      this.#sent += bytes
    }
    connection.sink = (source) =>
      sink(
        (async function* () {
          for await (const chunk of source) {
            count(chunk.byteLength)
            yield chunk
          }
        })()
      )
  }

  trackProtocolStream(): void {}
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
