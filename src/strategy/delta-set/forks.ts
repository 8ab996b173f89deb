/**
 * Finds where two peers' deltas of one origin part. A neighbour whose head has another digest, or whose
 * delta does not follow this peer's own, is asked what the origin has signed: either the neighbour is
 * wrong, or the two statements are a proof; then the lowest number at which the chains differ is
 * searched for by halving.
 */
import { sameBytes } from '../../vector/same.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import { digestTag, hashOf } from './chain.ts'
import type { Equivocations } from './equivocations.ts'
import type { HeldDeltas } from './held-deltas.ts'
import type { Delta, Holding, Statement } from './kinds.ts'
import type { Verifications } from './questions.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'
import { type Statements, statementDigest } from './statements.ts'

/** Why a statement is asked for: another tag, a delta that fails, a search, what this peer has signed. */
type Reason = 'tag' | 'delta' | 'search' | 'own'

interface Question {
  readonly origin: PeerName
  readonly seq: number
  readonly reason: Reason
  /** The chains agree up to here, and differ from there on, as far as is known. */
  readonly low: number
  readonly high: number
  readonly at: Milliseconds
}

export interface ForkParts {
  readonly manifest: string
  readonly self: PeerName
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly statements: Statements
  readonly spread: Spread
  readonly verifications: Verifications
  readonly equivocations: Equivocations
  /** This peer has signed so many deltas: a signature of its own says so. */
  readonly recall: (seq: number) => void
}

/** Questions that may be open with one neighbour, and answers that one gets between two `renew`. */
const MAX_QUESTIONS = 8
const MAX_ANSWERS = 64

export class Forks {
  readonly #parts: ForkParts
  readonly #open = new Map<PeerName, Map<PeerName, Question>>()
  readonly #answers = new Map<PeerName, number>()

  constructor(parts: ForkParts) {
    this.#parts = parts
  }

  /** Looks at what a neighbour says it has, against what this peer knows of the same numbers. */
  compare(from: PeerName, holdings: readonly Holding[]): void {
    const { held, spread, self } = this.#parts
    for (const { origin: number, seq, tag } of holdings) {
      const origin = spread.nameOf(from, number)
      if (origin === undefined || seq === 0 || seq > held.last(origin)) continue
      const own = this.#digest(origin, seq)
      if (own !== undefined && digestTag(own) !== tag)
        this.#ask(from, origin, { seq, reason: 'tag' })
      if (origin === self && seq > held.seq(self)) this.#ask(from, self, { seq, reason: 'own' })
    }
  }

  /** A delta of this neighbour's does not follow what this peer has of its origin. */
  suspect(from: PeerName, origin: PeerName, seq: number): void {
    this.#parts.spread.doubt(from, origin)
    if (seq === 1) this.#parts.stage.reject(from, 'signature')
    else this.#ask(from, origin, { seq: seq - 1, reason: 'delta' })
  }

  /** A neighbour has sent an own delta: is it another than the one that is known by its number? */
  contradict(from: PeerName, { origin, seq, body }: Delta): void {
    const known = this.#parts.statements.get(origin, seq)
    if (known === undefined || sameBytes(known.bodyHash, hashOf(body))) return
    this.#parts.spread.doubt(from, origin)
    this.#ask(from, origin, { seq, reason: 'delta' })
  }

  /** A proof of this number holds: is there a lower one between this peer's chain and the prover's? */
  follow(from: PeerName, origin: PeerName, statements: readonly Statement[]): void {
    const { seq } = statements[0]!
    const own = this.#digest(origin, seq - 1)
    const parted = statements.some(({ previous }) => own !== undefined && !sameBytes(previous, own))
    if (parted) this.#search(from, origin, 0, seq)
  }

  /** Says what an origin has signed: of this number or, where it is forgotten, of the next one kept. */
  serve(to: PeerName, origin: PeerName, seq: number): void {
    const given = this.#answers.get(to) ?? 0
    const kept = this.#parts.statements.from(origin, seq)
    if (kept === undefined || given >= MAX_ANSWERS) return
    this.#answers.set(to, given + 1)
    const { previous, bodyHash, signature } = kept
    this.#parts.spread.mention(to, origin, (number) => ({
      kind: 'statement',
      origin: number,
      statement: { seq: kept.seq, previous, bodyHash, signature }
    }))
  }

  hear(from: PeerName, origin: PeerName, statement: Statement): void {
    const asked = this.#open.get(from)?.get(origin)
    const answered = asked !== undefined && statement.seq >= asked.seq
    const question = answered ? asked : this.#asIfAsked(origin, statement.seq)
    if (question === null) return
    if (answered) this.#close(from, origin)
    const { stage, verifications } = this.#parts
    const digest = this.#digestOf(origin, statement)
    const own = this.#digest(origin, statement.seq)
    if (own !== undefined && sameBytes(own, digest)) {
      this.#agreed(from, question, statement.seq)
      return
    }
    const claim = { signer: origin, digest, signature: statement.signature }
    verifications.ask([claim], ([valid]) => {
      if (valid === true) this.#differs(from, question, statement)
      else stage.reject(from, 'signature')
    })
  }

  /** An answer may come when nobody waits for it any more: it still says what it says. */
  #asIfAsked(origin: PeerName, seq: number): Question | null {
    const { held, statements, stage } = this.#parts
    if (seq > held.last(origin) || statements.get(origin, seq) === undefined) return null
    return { origin, seq, reason: 'tag', low: 0, high: seq, at: stage.now }
  }

  linkDown(peer: PeerName): void {
    this.#open.delete(peer)
    this.#answers.delete(peer)
  }

  /** Gives up questions from before `before`, and lets everybody ask again. */
  renew(before: Milliseconds): void {
    this.#answers.clear()
    for (const [peer, questions] of this.#open) {
      for (const { origin, reason, at } of questions.values()) {
        if (at > before) continue
        this.#close(peer, origin)
        // It has passed on what it will not answer for.
        if (reason === 'delta') this.#parts.stage.reject(peer, 'signature')
      }
    }
  }

  #agreed(from: PeerName, { origin, seq, reason, high }: Question, at: number): void {
    if (reason === 'search') this.#search(from, origin, at, high)
    else if (reason === 'delta' && at === seq) this.#parts.stage.reject(from, 'signature')
  }

  /** The origin has signed something that this peer does not have. */
  #differs(from: PeerName, question: Question, statement: Statement): void {
    const { statements, equivocations, self, recall } = this.#parts
    const { origin, reason, low } = question
    const { seq, previous } = statement
    const own = statements.get(origin, seq)
    const known = this.#digest(origin, seq)
    // The delta has come while the signature was looked at.
    if (known !== undefined && sameBytes(known, this.#digestOf(origin, statement))) {
      this.#agreed(from, question, seq)
    } else if (own !== undefined) {
      equivocations.convict({ origin, first: own, second: statement }, null)
      if (!sameBytes(own.previous, previous)) this.#search(from, origin, low, seq)
    } else if (known !== undefined) equivocations.lack(origin)
    else if (reason === 'own' && origin === self) recall(seq)
  }

  #search(from: PeerName, origin: PeerName, low: number, high: number): void {
    const lowest = this.#parts.statements.from(origin, low + 1)?.seq ?? high
    const seq = Math.max(lowest, Math.floor((low + high) / 2))
    if (seq < high) this.#ask(from, origin, { seq, reason: 'search', low, high })
  }

  #ask(
    to: PeerName,
    origin: PeerName,
    { seq, reason, low = 0, high = seq }: Pick<Question, 'seq' | 'reason'> & Partial<Question>
  ): void {
    const open = this.#open.get(to) ?? new Map<PeerName, Question>()
    if (open.has(origin) || open.size >= MAX_QUESTIONS) return
    const { stage, spread } = this.#parts
    this.#open.set(to, open.set(origin, { origin, seq, reason, low, high, at: stage.now }))
    spread.mention(to, origin, (number) => ({ kind: 'ask-statement', origin: number, seq }))
  }

  #close(peer: PeerName, origin: PeerName): void {
    const open = this.#open.get(peer)
    open?.delete(origin)
    if (open?.size === 0) this.#open.delete(peer)
  }

  #digestOf(origin: PeerName, statement: Statement): Bytes {
    return statementDigest(this.#parts.manifest, origin, statement)
  }

  /** What this peer knows of an origin's number: also of a position without a statement. */
  #digest(origin: PeerName, seq: number): Bytes | undefined {
    const { held, statements } = this.#parts
    const signed = statements.get(origin, seq)?.digest
    // Mostly a neighbour is told of what is new: the log need not be looked through for it.
    return signed ?? (seq > held.seq(origin) ? undefined : held.digestAt(origin, seq))
  }
}
