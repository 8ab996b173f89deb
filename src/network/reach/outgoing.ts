import type { Connection, Transport, Upgrader } from '@libp2p/interface'
import { type TCPComponents, tcp } from '@libp2p/tcp'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { isPublicAddress } from '../public-address.ts'

/** Until a call is given up that nobody answers: across the internet, and on a private network. */
const FAR: Milliseconds = 5_000
const NEAR: Milliseconds = 2_000

/** The port is somebody else's now, or a connection from it to the same place has only just ended. */
const TAKEN = new Set(['EADDRINUSE', 'EADDRNOTAVAIL'])

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code

/**
 * Calls everybody on the internet from one local port. So all that are called see the same address of a
 * NAT that maps by port, and a hole punched from that port is where the others expect it: several
 * connections may leave from one port (SO_REUSEADDR, which libuv sets) as long as nobody listens on it.
 * For a minute after its end a connection is in the way of the next one from the same port to the same
 * place: there are others. Systems that let no two share one (Windows, macOS) call from any port; then
 * there is no punching.
 */
export class Outgoing {
  readonly #ports: readonly number[]
  readonly #portOf = new WeakMap<Connection, number>()
  #dial: Transport['dial'] | null = null
  #upgrader: Upgrader | null = null

  /** `ports`: nobody's; the first that can be used is. */
  constructor(ports: readonly number[]) {
    this.#ports = ports
  }

  readonly transport = (
    components: TCPComponents & { readonly upgrader?: Upgrader }
  ): Transport => {
    const transport = tcp()(components)
    const dial = transport.dial.bind(transport) as Transport['dial']
    this.#dial = dial
    this.#upgrader = components.upgrader ?? null
    transport.dial = async (address, options) => {
      const text = `${address}`
      if (!isPublicAddress(text)) return dial(address, { ...options, timeout: NEAR } as never)
      const patient = { ...options, timeout: FAR }
      for (const localPort of this.#ports) {
        try {
          const connection = await dial(address, { ...patient, localPort } as never)
          this.#portOf.set(connection, localPort)
          return connection
        } catch (error) {
          if (!TAKEN.has(codeOf(error) ?? '')) throw error
        }
      }
      return dial(address, patient as never)
    }
    return transport
  }

  /** The port of its own from which it has begun a connection; null: any, or the other end has begun it. */
  portOf(connection: Connection): number | null {
    return this.#portOf.get(connection) ?? null
  }

  /**
   * Calls from one of the ports while the other end does the same from its own (RFC 9293, simultaneous
   * open). One of both must be the initiator of the handshakes.
   */
  async punch(
    address: Multiaddr,
    localPort: number,
    initiator: boolean,
    signal: AbortSignal
  ): Promise<Connection> {
    const options = { signal, initiator, localPort, upgrader: this.#upgrader }
    const connection = await this.#dial!(address, options as never)
    this.#portOf.set(connection, localPort)
    return connection
  }
}
