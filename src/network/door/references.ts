import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { MAX_ABOUT } from './messages.ts'

/** Before each question: others may have to be asked about, too. */
const GATHER = 500
/** A peer of whom nobody knew is asked about again after so long. */
const ASK_AGAIN = 10_000
/** Of whom that is remembered. */
const MAX_UNKNOWN = 4096

const pause = (delay: Milliseconds): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, delay).unref()
  })

/** Asks members about peers whom they may have let in before this one came, many in one question. */
export class References {
  readonly #ask: (peers: readonly PeerName[]) => Promise<ReadonlySet<PeerName>>
  readonly #waiting = new Map<PeerName, Promise<boolean>>()
  readonly #settle = new Map<PeerName, (known: boolean) => void>()
  readonly #unknown = new Map<PeerName, Milliseconds>()
  #asking = false

  /** `ask`: which of the peers members know. Must not reject. */
  constructor(ask: (peers: readonly PeerName[]) => Promise<ReadonlySet<PeerName>>) {
    this.#ask = ask
  }

  /** Whether a member says that it has let the peer in. Never rejects. */
  of(peer: PeerName): Promise<boolean> {
    const since = performance.now() - (this.#unknown.get(peer) ?? -Infinity)
    if (since < ASK_AGAIN) return Promise.resolve(false)
    const known = this.#waiting.get(peer)
    if (known !== undefined) return known
    if (this.#waiting.size >= MAX_UNKNOWN) return Promise.resolve(false)
    const asked = new Promise<boolean>((resolve) => this.#settle.set(peer, resolve))
    this.#waiting.set(peer, asked)
    void this.#askAll()
    return asked
  }

  async #askAll(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    while (this.#waiting.size > 0) {
      await pause(GATHER)
      const peers = [...this.#waiting.keys()].slice(0, MAX_ABOUT)
      const known = await this.#ask(peers)
      for (const peer of peers) this.#answered(peer, known.has(peer))
    }
    this.#asking = false
  }

  #answered(peer: PeerName, known: boolean): void {
    if (!known) this.#unknown.set(peer, performance.now())
    if (this.#unknown.size > MAX_UNKNOWN) this.#unknown.delete(this.#unknown.keys().next().value!)
    this.#settle.get(peer)?.(known)
    this.#settle.delete(peer)
    this.#waiting.delete(peer)
  }
}
