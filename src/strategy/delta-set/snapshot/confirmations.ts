import type { Milliseconds, PeerName } from '../../strategy.ts'
import type { Refusal } from './messages.ts'

type Answer = 'none' | 'confirmed' | Refusal

interface Asked {
  readonly at: Milliseconds
  readonly answer: Answer
}

/** Who does not answer, or has let go of the snapshot, is asked again after so long. */
const AGAIN_MS = 8000
/** Neighbours that are asked at once, and whose answers count. */
const MAX_ASKED = 16

const isFinal = (answer: Answer): boolean => answer !== 'none' && answer !== 'gone'

/** Who has been asked to confirm a snapshot, and what they have said. */
export class Confirmations {
  readonly #asked = new Map<PeerName, Asked>()
  /** Whose signatures are known; they hold without a link, too. */
  readonly #signers = new Set<PeerName>()
  readonly #banned = new Set<PeerName>()

  get signers(): number {
    return this.#signers.size
  }

  /** True when somebody has computed another replica for this cut. */
  get disputed(): boolean {
    return [...this.#asked.values()].some(({ answer }) => answer === 'differs')
  }

  /** True when whoever is here has confirmed it. */
  get unanimous(): boolean {
    const answers = [...this.#asked.values()]
    return answers.length > 0 && answers.every(({ answer }) => answer === 'confirmed')
  }

  /** True while an answer is to come. */
  get open(): boolean {
    return [...this.#asked.values()].some(({ answer }) => answer === 'none')
  }

  /** Of these neighbours, those to ask now. */
  ask(peers: Iterable<PeerName>, now: Milliseconds): readonly PeerName[] {
    const chosen: PeerName[] = []
    for (const peer of peers) {
      const asked = this.#asked.get(peer)
      if (this.#banned.has(peer)) continue
      if (asked === undefined ? this.#asked.size >= MAX_ASKED : !this.#due(asked, now)) continue
      this.#asked.set(peer, { at: now, answer: 'none' })
      chosen.push(peer)
    }
    return chosen
  }

  /** False: it has not been asked. */
  answer(peer: PeerName, answer: Answer): boolean {
    const asked = this.#asked.get(peer)
    if (asked === undefined) return false
    this.#asked.set(peer, { ...asked, answer })
    return true
  }

  sign(peer: PeerName): void {
    if (!this.#banned.has(peer)) this.#signers.add(peer)
  }

  /** The link is gone, or nothing comes of it: it is asked again when it is there. */
  forget(peer: PeerName): void {
    this.#asked.delete(peer)
  }

  /** It has lied: neither its answer nor its signature counts. */
  ban(peer: PeerName): void {
    this.#banned.add(peer)
    this.#signers.delete(peer)
    this.#asked.delete(peer)
  }

  #due({ at, answer }: Asked, now: Milliseconds): boolean {
    return !isFinal(answer) && now - at >= AGAIN_MS
  }
}
