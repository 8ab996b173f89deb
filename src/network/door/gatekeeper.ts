import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { Pass } from '../../swarm/invite.ts'
import type { Admissions, Verdict } from '../../swarm/passes.ts'
import type { SignedClaim } from '../../swarm/signed.ts'
import { isSigned } from './signing.ts'

/** Invites whose signature has been looked at. */
const MAX_INVITES = 256

const keyOf = ({ digest, signature }: SignedClaim): string =>
  Buffer.concat([digest, signature]).toString('base64')

/** The word on who may be a member, signatures included. */
export class Gatekeeper {
  readonly #admissions: Admissions
  readonly #now: () => Milliseconds
  /** Members who may know more; null: nobody is asked. */
  references: { of(peer: PeerName): Promise<boolean> } | null = null
  /** By digest and signature: whether the creator has signed it. */
  readonly #invites = new Map<string, boolean>()

  /** `now`: milliseconds since 1970. */
  constructor(admissions: Admissions, now: () => Milliseconds = Date.now) {
    this.#admissions = admissions
    this.#now = now
  }

  /** Whether everybody may be a member. */
  get open(): boolean {
    return this.#admissions.open
  }

  /** Whether a peer is a member for all that is known without a pass. */
  knows(peer: PeerName): boolean {
    return this.#admissions.glance(peer, null) === 'admitted'
  }

  /** A promise only where signatures have to be looked at; it never rejects. */
  admit(peer: PeerName, pass: Pass | null): Verdict | Promise<Verdict> {
    return this.#admissions.glance(peer, pass) ?? this.#look(peer, pass!)
  }

  async #look(peer: PeerName, pass: Pass): Promise<Verdict> {
    const [invite, holder] = this.#admissions.claims(peer, pass)
    const signed = (await this.#isInvite(invite!)) && (await isSigned(holder!))
    const decide = (vouched: boolean): Verdict =>
      this.#admissions.decide(peer, pass, { now: this.#now(), signed, vouched })
    const verdict = decide(false)
    // It may have come in time, before this peer was there.
    const late = verdict === 'invite-expired' && (await this.references?.of(peer))
    return late ? decide(true) : verdict
  }

  /** Many come by one invite. */
  async #isInvite(claim: SignedClaim): Promise<boolean> {
    const key = keyOf(claim)
    const known = this.#invites.get(key)
    if (known !== undefined) return known
    const valid = await isSigned(claim)
    this.#invites.set(key, valid)
    if (this.#invites.size > MAX_INVITES) this.#invites.delete(this.#invites.keys().next().value!)
    return valid
  }
}
