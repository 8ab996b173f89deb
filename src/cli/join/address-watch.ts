/** While a peer has nobody, says for each address that it was given what happens there. */
import { createProbeNode, type ProbeNode } from '../../network/probe/probe-node.ts'
import { reachAddress } from '../../network/probe/reach-address.ts'
import type { PeerStatus } from '../../peer/monitor/status.ts'
import { durationOf } from '../duration.ts'

const SECOND = 1000
/** A first link takes a few seconds where all is well. */
const FIRST_MS = 10 * SECOND
const EVERY_MS = 60 * SECOND

export class AddressWatch {
  readonly #addresses: readonly string[]
  readonly #say: (line: string) => void
  readonly #stopping = new AbortController()
  #lonelySince: number | null = null
  #nextAt = 0
  #busy = false

  /** `addresses`: multiaddrs. */
  constructor(addresses: readonly string[], say: (line: string) => void) {
    this.#addresses = addresses
    this.#say = say
  }

  look({ links, phase, members }: PeerStatus, now = performance.now()): void {
    const lonely = links.up === 0 && ['joining', 'training', 'following'].includes(phase)
    if (!lonely) {
      this.#lonelySince = null
      return
    }
    if (this.#lonelySince === null) {
      this.#lonelySince = now
      this.#nextAt = now + FIRST_MS
    }
    if (now < this.#nextAt || this.#busy) return
    this.#nextAt = now + EVERY_MS
    this.#busy = true
    const alone = durationOf((now - this.#lonelySince) / SECOND)
    void this.#tell(alone, members.length)
      .catch(() => {})
      .finally(() => {
        this.#busy = false
      })
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #tell(alone: string, known: number): Promise<void> {
    const lines = await this.#reasons()
    if (this.#stopping.signal.aborted || this.#lonelySince === null) return
    if (lines.length === 0 && known === 0) {
      this.#say(
        'nobody else is here yet: swarmgrad swarm invite prints the link for others; the local network ' +
          'and the DHT are asked meanwhile'
      )
      this.#nextAt = Number.POSITIVE_INFINITY
      return
    }
    const others = known === 0 ? '' : `, ${known} members heard of`
    this.#say(
      [
        `nobody is linked after ${alone}:`,
        ...lines,
        `  it goes on trying: its addresses${others}, the local network, and whatever others have told`
      ].join('\n')
    )
  }

  async #reasons(): Promise<readonly string[]> {
    if (this.#addresses.length === 0) return []
    const node = await createProbeNode()
    try {
      return await Promise.all(this.#addresses.map((address) => this.#reason(node, address)))
    } finally {
      await node.stop()
    }
  }

  async #reason(node: ProbeNode, address: string): Promise<string> {
    const { connection, failure } = await reachAddress(
      node,
      address,
      undefined,
      this.#stopping.signal
    )
    void connection?.close().catch(() => {})
    const what =
      failure === null
        ? 'answers; a link has not come of it yet'
        : `${failure.said}; ${failure.advice}`
    return `  ${address}\n    ${what}`
  }
}
