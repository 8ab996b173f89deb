import type { Connection, Libp2p } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { isPublicAddress } from '../public-address.ts'
import { isCircuit } from './addresses.ts'
import type { AutoNat } from './autonat.ts'
import { AUTONAT } from './autonat-messages.ts'
import type { Evidence } from './verdict.ts'

/** Between two questions to one peer. */
const PAUSE: Milliseconds = 60_000
/** Of the addresses that others are asked to call. */
const MOST = 4

export interface QuestionParts {
  readonly node: Libp2p
  readonly autonat: AutoNat
  readonly evidence: Evidence
  /** Addresses at which it might be called. */
  candidates(): readonly string[]
}

/** Asks one peer after the other to call this one, for as long as the evidence wants it. */
export class Questions {
  readonly #parts: QuestionParts
  readonly #asked = new Map<PeerName, Milliseconds>()
  /** Addresses at which somebody has reached this peer. */
  readonly reached = new Set<string>()
  #asking = false

  constructor(parts: QuestionParts) {
    this.#parts = parts
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const { evidence, autonat } = this.#parts
    const candidates = this.#parts.candidates().slice(0, MOST)
    if (this.#asking || candidates.length === 0 || !evidence.wantsAnswer(performance.now())) return
    this.#asking = true
    try {
      const connection = await this.#somebody()
      if (connection === null) return
      const name = `${connection.remotePeer}`
      this.#asked.set(name, performance.now())
      const asked = performance.now()
      const answer = await autonat.ask(connection, candidates)
      if (answer?.called === false) evidence.failed(name, performance.now())
      // That somebody says it has called is no proof: the call itself is.
      else if (answer?.at != null && candidates.includes(answer.at) && evidence.calledAt >= asked) {
        this.reached.add(answer.at)
      }
    } catch {
      // The node is being stopped.
    } finally {
      this.#asking = false
    }
  }

  /** On another network, and not asked of late. */
  async #somebody(): Promise<Connection | null> {
    const { node } = this.#parts
    const now = performance.now()
    for (const [peer, at] of this.#asked) if (now - at >= PAUSE) this.#asked.delete(peer)
    for (const connection of node.getConnections()) {
      const address = `${connection.remoteAddr}`
      if (connection.status !== 'open' || isCircuit(address) || !isPublicAddress(address)) continue
      if (this.#asked.has(`${connection.remotePeer}`)) continue
      const peer = await node.peerStore.get(connection.remotePeer).catch(() => null)
      if (peer?.protocols.includes(AUTONAT)) return connection
    }
    return null
  }
}
