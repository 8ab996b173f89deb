/**
 * One member's part in deciding who serves a shard: an acceptor of Paxos (Lamport 2001) whose ballots are
 * terms. A term is promised to one candidate only, so no two groups are settled in one term. Nothing is
 * answered before it outlives a crash.
 */
import type { PeerName } from '../strategy.ts'
import type { Lead, Message, Vote } from './kinds.ts'
import type { Surroundings } from './surroundings.ts'

export class Register {
  readonly #around: Surroundings
  readonly #shard: number
  #promised = 0
  #candidate: PeerName = ''
  #accepted: Lead | null = null
  #unsaved = 0

  constructor(around: Surroundings, shard: number) {
    this.#around = around
    this.#shard = shard
  }

  /** The highest term promised or accepted. */
  get promised(): number {
    return this.#promised
  }

  get vote(): Vote {
    return {
      kind: 'vote',
      shard: this.#shard,
      promised: this.#promised,
      candidate: this.#candidate,
      accepted: this.#accepted
    }
  }

  /** Takes up what an earlier life has promised. */
  recall({ promised, candidate, accepted }: Vote): void {
    this.#promised = promised
    this.#candidate = candidate
    this.#accepted = accepted
  }

  /** `held`: the term of the shard's state that this member has; 0: it has none. */
  stand(from: PeerName, term: number, held: number): void {
    const granted = term > this.#promised || (term === this.#promised && from === this.#candidate)
    const changed = term > this.#promised
    if (changed) {
      this.#promised = term
      this.#candidate = from
    }
    const answer: Message = {
      kind: 'promise',
      shard: this.#shard,
      term,
      granted,
      promised: this.#promised,
      accepted: this.#accepted,
      held,
      version: this.#around.copyOf(this.#shard).version + 1
    }
    this.#answer(from, answer, changed)
  }

  settle(from: PeerName, { term, group }: Lead): void {
    const { term: before, group: other } = this.#accepted ?? { term: 0, group }
    const mine = term === this.#promised && from === this.#candidate
    // A candidate that has lost its memory could ask for another group in its old term.
    const granted = term > this.#promised || (mine && (before < term || isSame(group, other)))
    const changed = granted && before !== term
    if (changed) {
      this.#promised = term
      this.#candidate = from
      this.#accepted = { term, group }
    }
    const shard = this.#shard
    const answer: Message = { kind: 'settled', shard, term, granted, promised: this.#promised }
    this.#answer(from, answer, changed)
  }

  #answer(to: PeerName, answer: Message, changed: boolean): void {
    const say = (): void => this.#around.send(to, answer)
    // What comes again while the first answer waits for the disk waits behind it.
    if (!changed && this.#unsaved === 0) {
      say()
      return
    }
    this.#unsaved++
    this.#around.persist(this.vote, () => {
      this.#unsaved--
      say()
    })
  }
}

const isSame = (a: readonly PeerName[], b: readonly PeerName[]): boolean => a.join() === b.join()
