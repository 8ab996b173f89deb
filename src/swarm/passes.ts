/**
 * Who may be a member, as far as this peer knows. Pure: signatures are looked at elsewhere, and the time is
 * told.
 *
 * Invariants: what the list of the manifest says is the same for everyone. Who came by an invite keeps the
 * place until the end of the swarm: an invite that has expired, or is used up, keeps new peers out, and
 * nobody whom this peer has let in.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Admission, Refusal } from './admission.ts'
import { type Pass, passClaims } from './invite.ts'
import type { SignedClaim } from './signed.ts'

/** Invites that are remembered; each is signed by the creator, so nobody else can make them more. */
const MAX_INVITES = 1024
/** Of an invite without a limit: the one that came first goes first. */
const MAX_REMEMBERED = 4096

/** One peer that came by an invite: what is worth keeping. */
export interface Seat {
  /** Public key of the invite, hexadecimal. */
  readonly key: string
  readonly peer: string
}

export interface AdmissionRules {
  /** @default open */
  readonly admission?: Admission | undefined
  /** Peer id. It belongs to every swarm of its own. */
  readonly creator?: string | undefined
}

export type Verdict = 'admitted' | Refusal

export class Admissions {
  readonly #kind: Admission['kind']
  readonly #listed: ReadonlySet<string>
  readonly #creator: string | undefined
  readonly #hash: string
  /** By key of the invite: who came by it, in the order of coming. */
  readonly #seats = new Map<string, Set<string>>()
  readonly #seated = new Set<string>()
  /** Whom a link or an operator names: somebody to begin with, for who comes after an invite has expired. */
  #introduced: ReadonlySet<string> = new Set()
  #revision = 0

  /** `hash`: of the manifest; `remembered`: `seats` of an earlier life. */
  constructor(rules: AdmissionRules, hash: string, remembered: readonly Seat[] = []) {
    const { admission = { kind: 'open' }, creator } = rules
    this.#kind = admission.kind
    this.#listed = new Set(admission.kind === 'allow-list' ? admission.peers : [])
    this.#creator = creator
    this.#hash = hash
    for (const { key, peer } of remembered) this.#seat(key, peer, true)
    this.#revision = 0
  }

  /** Whether everybody may be a member. */
  get open(): boolean {
    return this.#kind === 'open'
  }

  /** Whether it takes a pass to be one. */
  get byInvite(): boolean {
    return this.#kind === 'invite'
  }

  /** Those who came by invites, to be remembered. */
  get seats(): readonly Seat[] {
    return [...this.#seats].flatMap(([key, peers]) => [...peers].map((peer) => ({ key, peer })))
  }

  /** Of `seats`; 0: nobody has come since the beginning. */
  get revision(): number {
    return this.#revision
  }

  /** Instead of whoever was introduced before. Their passes need not be of today. */
  introduce(peers: readonly string[]): void {
    this.#introduced = new Set(peers)
  }

  /** Whether deltas that `peer` has signed may be part of the replica: a list is the same for all. */
  mayOriginate(peer: string): boolean {
    return this.#kind !== 'allow-list' || this.#isListed(peer)
  }

  /** What can be said without looking at a signature; null: they have to be looked at (`claims`). */
  glance(peer: string, pass: Pass | null): Verdict | null {
    if (this.#kind === 'open' || peer === this.#creator) return 'admitted'
    if (this.#kind === 'allow-list') return this.#isListed(peer) ? 'admitted' : 'not-listed'
    if (this.#seated.has(peer)) return 'admitted'
    return pass === null || this.#creator === undefined ? 'no-invite' : null
  }

  /** What has to be signed for the pass to be good. */
  claims(peer: string, pass: Pass): readonly SignedClaim[] {
    return passClaims(this.#hash, this.#creator ?? '', peer, pass)
  }

  /**
   * The word on a peer whose pass has been looked at. `now`: milliseconds since 1970. `signed`: whether all
   * of `claims` hold. `vouched`: an admitted member says that it has let it in. Takes one of the uses when it admits.
   */
  decide(
    peer: string,
    pass: Pass,
    { now, signed, vouched }: { now: number; signed: boolean; vouched: boolean }
  ): Verdict {
    const known = this.glance(peer, pass)
    if (known !== null) return known
    if (!signed) return 'invite-forged'
    const key = bytesToHex(pass.key)
    const peers = this.#seats.get(key)
    const inTime = pass.expires === 0 || now < pass.expires
    if (!inTime && !vouched && !this.#introduced.has(peer)) return 'invite-expired'
    if (pass.uses !== 0 && (peers?.size ?? 0) >= pass.uses) return 'invite-used-up'
    return this.#seat(key, peer, pass.uses !== 0) ? 'admitted' : 'full'
  }

  #isListed(peer: string): boolean {
    return this.#listed.has(peer) || peer === this.#creator
  }

  /** False: so many invites are not remembered. `counted`: no place is given to anybody else. */
  #seat(key: string, peer: string, counted: boolean): boolean {
    const peers = this.#seats.get(key) ?? new Set()
    if (!this.#seats.has(key) && this.#seats.size >= MAX_INVITES) return false
    this.#seats.set(key, peers.add(peer))
    this.#seated.add(peer)
    this.#revision++
    if (!counted && peers.size > MAX_REMEMBERED) {
      const [first] = peers
      peers.delete(first!)
      this.#seated.delete(first!)
    }
    return true
  }
}
