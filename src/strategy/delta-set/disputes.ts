/** Who has signed what: statements, forks and the proofs that come of them, as one part of the protocol. */
import type { Milliseconds, PeerName } from '../strategy.ts'
import { Equivocations } from './equivocations.ts'
import { Forks } from './forks.ts'
import type { HeldDelta, HeldDeltas } from './held-deltas.ts'
import type { Delta, Holding, Message, Proof } from './kinds.ts'
import type { Verifications } from './questions.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'
import { type KeptStatement, Statements } from './statements.ts'

export type Dispute = Extract<Message, { kind: 'ask-statement' | 'statement' | 'proof' }>

export interface DisputeParts {
  readonly manifest: string
  readonly self: PeerName
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly spread: Spread
  readonly verifications: Verifications
  /** This peer has signed so many deltas: a signature of its own says so. */
  readonly recall: (seq: number) => void
  /** Nothing of this origin counts from this number on. */
  readonly expel: (origin: PeerName, from: number) => void
}

export class Disputes {
  readonly #statements = new Statements()
  readonly #equivocations: Equivocations
  readonly #forks: Forks
  readonly #spread: Spread
  readonly #stage: Stage

  constructor(parts: DisputeParts) {
    this.#spread = parts.spread
    this.#stage = parts.stage
    this.#equivocations = new Equivocations(parts)
    const found = { statements: this.#statements, equivocations: this.#equivocations }
    this.#forks = new Forks({ ...parts, ...found })
  }

  /** What outlives a restart beside the deltas that are kept. */
  save(): { readonly newest: readonly KeptStatement[]; readonly proofs: readonly Proof[] } {
    return { newest: [...this.#statements.newest()], proofs: this.#equivocations.proofs() }
  }

  /** `statements`: of one origin the oldest first. */
  restore(statements: readonly KeptStatement[], proofs: readonly Proof[]): void {
    for (const statement of statements) this.#statements.remember(statement)
    this.#equivocations.restore(proofs)
  }

  /** A delta is in the set. */
  remember(delta: HeldDelta): void {
    this.#statements.remember(delta)
  }

  linkUp(peer: PeerName): void {
    this.#equivocations.greet(peer)
  }

  linkDown(peer: PeerName): void {
    this.#forks.linkDown(peer)
  }

  compare(from: PeerName, holdings: readonly Holding[]): void {
    this.#forks.compare(from, holdings)
  }

  /** A delta of this neighbour's does not follow what this peer has of its origin. */
  suspect(from: PeerName, origin: PeerName, seq: number): void {
    this.#forks.suspect(from, origin, seq)
  }

  /** A neighbour has sent a delta of its own. */
  contradict(from: PeerName, delta: Delta): void {
    this.#forks.contradict(from, delta)
  }

  received(from: PeerName, message: Dispute): void {
    const origin = this.#spread.nameOf(from, message.origin)
    if (origin === undefined) {
      this.#stage.reject(from, 'body')
      return
    }
    switch (message.kind) {
      case 'ask-statement':
        this.#forks.serve(from, origin, message.seq)
        break
      case 'statement':
        this.#forks.hear(from, origin, message.statement)
        break
      case 'proof': {
        const { statements } = message
        const [first, second] = statements
        this.#equivocations.hear(from, { origin, first, second }, () =>
          this.#forks.follow(from, origin, statements)
        )
        break
      }
    }
  }

  /** Questions from before `before` have been waited for in vain. */
  renew(before: Milliseconds): void {
    this.#forks.renew(before)
    this.#equivocations.tick()
  }
}
