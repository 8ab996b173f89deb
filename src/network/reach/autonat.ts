import type { Connection, IncomingStreamData, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { isPublicAddress } from '../public-address.ts'
import { isCircuit } from './addresses.ts'
import {
  AUTONAT,
  DIAL_STATUS,
  type DialStatus,
  dialRequest,
  dialRequestIn,
  dialResponse,
  dialResponseIn
} from './autonat-messages.ts'
import { DialBack } from './dial-back.ts'
import { MessageStream } from './message-stream.ts'

/** A question and its answer; the other end may try four addresses for five seconds each. */
const TIMEOUT: Milliseconds = 30_000
/** Of calls back that are under way, and between two for one peer. */
const AT_ONCE = 4
const PAUSE: Milliseconds = 20_000
/** Peers of whom it is remembered when they asked last. */
const REMEMBERED = 1024

const hostOf = (address: Multiaddr): string | null => {
  try {
    return address.toOptions().host
  } catch {
    return null
  }
}

/** What the other end says. `at`: where it reached this peer. */
export type Answer =
  | { readonly called: true; readonly at: string | null }
  | { readonly called: false }

/** Both ends of AutoNAT: asks others to call this peer, and calls those that ask. */
export class AutoNat {
  readonly #node: Libp2p
  readonly #dialBack = new DialBack()
  readonly #asked = new Map<PeerName, Milliseconds>()
  #calling = 0

  constructor(node: Libp2p) {
    this.#node = node
  }

  async start(): Promise<void> {
    await this.#node.handle(AUTONAT, (data) => void this.#answer(data))
  }

  async stop(): Promise<void> {
    await this.#node.unhandle(AUTONAT)
    await this.#dialBack.stop()
  }

  /** Whether the other end could call; null: it did not try, or does not say. Never rejects. */
  async ask(connection: Connection, addresses: readonly string[]): Promise<Answer | null> {
    const signal = AbortSignal.timeout(TIMEOUT)
    try {
      const stream = await connection.newStream(AUTONAT, { signal, negotiateFully: true })
      const messages = new MessageStream(stream)
      messages.write(dialRequest(`${this.#node.peerId}`, addresses))
      const answer = dialResponseIn(await messages.read(signal))
      await messages.close()
      if (answer?.status === DIAL_STATUS.ok) return { called: true, at: answer.reached }
      return answer?.status === DIAL_STATUS.dialError ? { called: false } : null
    } catch {
      // It has gone, or does not do this.
      return null
    }
  }

  async #answer({ stream, connection }: IncomingStreamData): Promise<void> {
    const messages = new MessageStream(stream)
    try {
      const question = await messages.read(AbortSignal.timeout(TIMEOUT))
      messages.write(dialResponse(...(await this.#tried(question, connection))))
      await messages.close()
    } catch (error) {
      messages.abort(error instanceof Error ? error : new Error('failed'))
    }
  }

  /** Only the asker, and only where it calls from: nobody can have a stranger called. */
  async #tried(
    question: Uint8Array,
    { remotePeer, remoteAddr }: Connection
  ): Promise<[DialStatus, string, string?]> {
    const request = dialRequestIn(question)
    const name = `${remotePeer}`
    if (request?.peer !== name) return [DIAL_STATUS.badRequest, 'not a question about yourself']
    const host = isCircuit(`${remoteAddr}`) ? null : hostOf(remoteAddr)
    const addresses = request.addresses.filter(
      (address) =>
        isPublicAddress(`${address}`) && !isCircuit(`${address}`) && hostOf(address) === host
    )
    if (addresses.length === 0) return [DIAL_STATUS.dialRefused, 'no address that you call from']
    if (!this.#mayCall(name)) return [DIAL_STATUS.dialRefused, 'too many questions']
    this.#calling++
    try {
      for (const address of addresses) {
        const whole = address.getPeerId() === null ? address.encapsulate(`/p2p/${name}`) : address
        if (whole.getPeerId() === name && (await this.#dialBack.reaches(whole))) {
          return [DIAL_STATUS.ok, '', `${address}`]
        }
      }
      return [DIAL_STATUS.dialError, 'nobody answered']
    } finally {
      this.#calling--
    }
  }

  #mayCall(peer: PeerName): boolean {
    const now = performance.now()
    if (this.#calling >= AT_ONCE || now - (this.#asked.get(peer) ?? -Infinity) < PAUSE) return false
    this.#asked.delete(peer)
    this.#asked.set(peer, now)
    if (this.#asked.size > REMEMBERED) this.#asked.delete(this.#asked.keys().next().value!)
    return true
  }
}
