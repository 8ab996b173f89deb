import { networkInterfaces } from 'node:os'
import multicastDns, { type MulticastDNS } from 'multicast-dns'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { answersOf, type DnsRecord, peerIn, serviceTag } from './mdns-messages.ts'

/** Interfaces that it asks on. */
const MAX_INTERFACES = 8
/** Between two answers on one interface: everybody hears each of them (RFC 6762, section 6). */
const ANSWER_MS = 1000
const LOOPBACK = /^\/(?:ip4\/127\.|ip6\/::1\/)/

export interface LocalNetworkOptions {
  readonly manifestHash: string
  readonly self: PeerName
  /** Of this peer, each ending in /p2p/ and its name. */
  readonly addresses: () => readonly string[]
  readonly found: (peer: PeerName, addresses: readonly string[]) => void
  readonly now: () => Milliseconds
}

/** IPv4 addresses of this machine, one of each interface; loopback where there is nothing else. */
const interfaces = (): readonly string[] => {
  const first = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ family }) => family === 'IPv4').slice(0, 1)
  )
  const others = first.filter(({ internal }) => !internal)
  const all = others.length > 0 ? others : first
  return all.map(({ address }) => address).slice(0, MAX_INTERFACES)
}

/** Another host's loopback addresses are no use; those of this one are the last resort. */
const useful = (addresses: readonly string[]): readonly string[] => {
  const others = addresses.filter((address) => !LOOPBACK.test(address))
  return others.length > 0 ? others : addresses
}

/**
 * Members on the local network, by multicast DNS: answers whoever asks, and asks when told to, on every
 * interface (the system's choice is the default route's, which may be a tunnel). A machine without
 * multicast hears nobody, and nothing else comes of it.
 */
export class LocalNetwork {
  readonly #options: LocalNetworkOptions
  readonly #tag: string
  /** Tells this peer's answers from those of others; not its name, which nobody need know. */
  readonly #label = crypto.randomUUID().replaceAll('-', '')
  readonly #sockets = new Map<string, MulticastDNS>()

  constructor(options: LocalNetworkOptions) {
    this.#options = options
    this.#tag = serviceTag(options.manifestHash)
    this.#open()
  }

  /** Asks on all interfaces that there are now. */
  ask(): void {
    this.#open()
    for (const socket of this.#sockets.values()) {
      socket.query({ questions: [{ name: this.#tag, type: 'PTR' }] })
    }
  }

  async stop(): Promise<void> {
    const sockets = [...this.#sockets.values()]
    this.#sockets.clear()
    await Promise.all(
      sockets.map((socket) => new Promise<void>((resolve) => socket.destroy(resolve)))
    )
  }

  #open(): void {
    const present = interfaces()
    for (const [address, socket] of this.#sockets) {
      if (present.includes(address)) continue
      this.#sockets.delete(address)
      socket.destroy()
    }
    for (const address of present) {
      if (!this.#sockets.has(address)) this.#sockets.set(address, this.#socketOn(address))
    }
  }

  #socketOn(address: string): MulticastDNS {
    const socket = multicastDns({ interface: address, bind: '0.0.0.0' })
    // No multicast here, the port is another's, or a datagram that is no DNS: there is nothing to do.
    for (const trouble of ['error', 'warning'] as const) socket.on(trouble, () => {})
    let answered = -Infinity
    socket.on('query', ({ questions = [] }) => {
      const now = this.#options.now()
      const asked = questions.some(({ name, type }) => type === 'PTR' && name === this.#tag)
      const addresses = asked && now - answered >= ANSWER_MS ? this.#options.addresses() : []
      if (addresses.length === 0) return
      answered = now
      socket.respond(answersOf(this.#tag, this.#label, addresses))
    })
    socket.on('response', ({ answers = [], additionals = [] }) =>
      this.#receive([...answers, ...additionals] as readonly DnsRecord[])
    )
    return socket
  }

  #receive(records: readonly DnsRecord[]): void {
    const answer = peerIn(this.#tag, records)
    if (answer === null || answer.peer === this.#options.self) return
    this.#options.found(answer.peer, useful(answer.addresses))
  }
}
