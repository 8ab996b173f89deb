/**
 * Origins that have signed two different deltas with one number (DESIGN 4.2). Whoever sees the proof
 * takes back that origin's deltas from this number on, and passes the proof on; of several proofs
 * the one of the lowest number counts. So all end with the same deltas of it.
 */
import { sameBytes } from '../../vector/same.ts'
import type { Claim, Milliseconds, PeerName } from '../strategy.ts'
import { payloadOf } from './body.ts'
import type { HeldDeltas } from './held-deltas.ts'
import type { Message, Proof, Statement } from './kinds.ts'
import type { Verifications } from './questions.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'
import { statementDigest } from './statements.ts'

export interface EquivocationParts {
  readonly manifest: string
  readonly stage: Stage
  readonly held: HeldDeltas
  readonly spread: Spread
  readonly verifications: Verifications
  /** Nothing of this origin counts from this number on. */
  readonly expel: (origin: PeerName, from: number) => void
}

/**
 * A proof is too old when for so long most neighbours have had what it forbids, and so could not give it
 * back: else an origin that signs an old number again could keep all replicas apart for ever.
 */
const PARDON_MS = 60_000
/** Proofs that may be under examination at once. */
const MAX_OPEN_PROOFS = 128

export class Equivocations {
  readonly #parts: EquivocationParts
  /** Of each origin that of the lowest number. */
  readonly #proofs = new Map<PeerName, Proof>()
  /** Since when most neighbours have had what is forbidden. */
  readonly #ignored = new Map<PeerName, Milliseconds>()
  #open = 0

  constructor(parts: EquivocationParts) {
    this.#parts = parts
  }

  /** Those that hold. */
  proofs(): readonly Proof[] {
    return [...this.#proofs.values()]
  }

  /** What an earlier life has checked, and acted on as far as it could. */
  restore(proofs: readonly Proof[]): void {
    for (const proof of proofs) {
      this.#proofs.set(proof.origin, proof)
      this.#parts.held.close(proof.origin, proof.first.seq)
    }
  }

  /** Something has to go that is no longer kept. */
  lack(origin: PeerName): void {
    this.#parts.stage.notice(
      `what ${origin} has signed cannot be taken back from what is kept here: a snapshot is needed`
    )
  }

  /** A new link: tells what is proved. */
  greet(peer: PeerName): void {
    for (const proof of this.#proofs.values()) this.#tell(peer, proof)
  }

  /** A neighbour shows a proof. `then`: what follows when it holds. */
  hear(from: PeerName, proof: Proof, then: () => void): void {
    const { held, stage, verifications } = this.#parts
    const { origin, first, second } = proof
    if (first.seq > held.last(origin) || !held.admits(origin)) return
    if (this.#open >= MAX_OPEN_PROOFS) return
    const claims = [this.#claim(origin, first), this.#claim(origin, second)]
    if (sameBytes(claims[0]!.digest, claims[1]!.digest)) {
      stage.reject(from, 'body')
      return
    }
    this.#open++
    verifications.ask(claims, (valid) => {
      this.#open--
      if (!valid.every(Boolean)) {
        stage.reject(from, 'signature')
        return
      }
      this.convict(proof, from)
      then()
    })
  }

  /** `proof` has been checked. `knows`: who need not be told. */
  convict(proof: Proof, knows: PeerName | null): void {
    const { held, stage, spread, expel } = this.#parts
    const { origin, first } = proof
    if (first.seq > held.last(origin)) return
    const known = this.#proofs.has(origin)
    this.#proofs.set(origin, proof)
    this.#ignored.delete(origin)
    const undone = held.close(origin, first.seq)
    if (!known)
      stage.notice(`${origin} has signed two different deltas with the number ${first.seq}`)
    if (undone === null) this.lack(origin)
    else if (undone.length > 0) {
      stage.compute({ kind: 'undo', payloads: undone.map(({ body }) => payloadOf(body)) })
      spread.note(origin)
    }
    for (const peer of spread.peers) if (peer !== knows) this.#tell(peer, proof)
    expel(origin, first.seq)
  }

  /** Looks whether anybody else acts on the proofs. */
  tick(): void {
    const { spread, stage, held } = this.#parts
    for (const [origin, { first }] of this.#proofs) {
      if (!spread.mostHave(origin, first.seq)) {
        this.#ignored.delete(origin)
        continue
      }
      const since = this.#ignored.get(origin) ?? stage.now
      this.#ignored.set(origin, since)
      if (stage.now - since < PARDON_MS) continue
      this.#ignored.delete(origin)
      this.#proofs.delete(origin)
      held.reopen(origin)
      stage.notice(
        `the proof about ${origin} is too old for anybody to act on: its deltas count again`
      )
      spread.ask()
    }
  }

  #claim(signer: PeerName, statement: Statement): Claim {
    const digest = statementDigest(this.#parts.manifest, signer, statement)
    return { signer, digest, signature: statement.signature }
  }

  #tell(peer: PeerName, { origin, first, second }: Proof): void {
    const message = (number: number): Message => ({
      kind: 'proof',
      origin: number,
      seq: first.seq,
      statements: [first, second]
    })
    this.#parts.spread.mention(peer, origin, message)
  }
}
