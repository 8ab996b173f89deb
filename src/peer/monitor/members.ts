import type { Path } from '../../network/path.ts'
import type { Presence } from '../../network/presence.ts'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import type { Role } from '../../swarm/role.ts'
import { type Cut, OwnCuts } from './agreement.ts'
import { Member } from './member.ts'
import type { MemberStatus } from './status.ts'

/** As many as the network believes in (LIMITS.members). */
const MOST = 4096
/** Who has said nothing for longer is not counted: three presences of a small swarm and of a large one. */
const LATELY: Milliseconds = 60_000
const LATELY_EACH: Milliseconds = 375

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] ?? null
}

/**
 * The other members, as far as this peer knows. A pure state machine over (event, now), bounded: of
 * too many, whoever has been silent for longest is forgotten, but nobody with a link.
 */
export class Members {
  readonly #members = new Map<PeerName, Member>()
  readonly #own = new OwnCuts()

  get size(): number {
    return this.#members.size
  }

  get linksUp(): number {
    return this.#count(({ linked }) => linked)
  }

  /** Names of those with a link. */
  get linked(): readonly PeerName[] {
    return [...this.#members.values()].filter(({ linked }) => linked).map(({ name }) => name)
  }

  /** Why others refuse this peer, each reason once. */
  get refusals(): readonly string[] {
    const refusals = [...this.#members.values()].flatMap(({ refused }) => refused ?? [])
    return [...new Set(refusals.filter(({ by }) => by === 'other').map(({ why }) => why))]
  }

  get wanted(): number {
    return this.#count(({ wanted }) => wanted)
  }

  /** Those that a peer of this role could have a link with; a bootstrap peer has none, and hears of all. */
  known(role: Role): number {
    const all = role === 'bootstrap'
    return this.#count((member) => !member.left && (all || member.role !== 'bootstrap'))
  }

  heardLately(now: Milliseconds): number {
    return this.#count((member) => this.#isHeard(member, now))
  }

  /**
   * Of the trainers that have been heard of late, how many rounds they were ahead of this peer when they
   * spoke: what they have done since is as unknown as it is likely. Of two in the middle, the lower one.
   */
  medianAhead(now: Milliseconds): number | null {
    const heard = [...this.#members.values()].filter(
      (member) => member.role === 'trainer' && this.#isHeard(member, now)
    )
    return median(heard.flatMap(({ ahead }) => (ahead === null ? [] : [ahead])))
  }

  agreements(now: Milliseconds): Record<MemberStatus['agreement'], number> {
    const counts = { agrees: 0, differs: 0, unknown: 0 }
    for (const { agreement, left } of this.#members.values()) {
      if (!left) counts[agreement.verdict(now)]++
    }
    return counts
  }

  /** `path`: how a peer is reached now. */
  statuses(
    now: Milliseconds,
    path: (peer: PeerName) => Path | null = () => null
  ): readonly MemberStatus[] {
    return [...this.#members.values()].map((member) => member.status(now, path(member.name)))
  }

  link(peer: PeerName, up: boolean, now: Milliseconds): void {
    this.#change(peer, now, (member) => {
      member.linked = up
      if (up) member.refused = null
    })
  }

  /** Known members only: strangers of other swarms knock, too. */
  refused(peer: PeerName, refused: MemberStatus['refused']): void {
    const member = this.#members.get(peer)
    if (member !== undefined) member.refused = refused
  }

  want(peers: readonly PeerName[], now: Milliseconds): void {
    for (const member of this.#members.values()) member.wanted = false
    for (const peer of peers) {
      this.#change(peer, now, (member) => {
        member.wanted = true
      })
    }
  }

  /** Everybody that there is; others stay only as long as there is a link or a wish for one. */
  keep(peers: Iterable<PeerName>, now: Milliseconds): void {
    const names = new Set(peers)
    for (const member of this.#members.values()) {
      if (member.dispensable && !names.has(member.name)) this.#members.delete(member.name)
    }
    for (const name of names) this.#change(name, now, () => {})
  }

  /** `round`: this peer's own, at this moment. */
  presence(peer: PeerName, presence: Presence, round: number, now: Milliseconds): void {
    this.#change(peer, now, (member) => {
      member.presence = presence
      member.ahead = presence.round - round
      member.heardAt = now
      if (presence.replica !== null) member.agreement.heard(presence.replica, this.#own, now)
    })
  }

  /** This peer has come by a cut. */
  came(cut: Cut, now: Milliseconds): void {
    this.#own.add(cut)
    for (const { agreement } of this.#members.values()) agreement.came(cut, now)
  }

  sent(peer: PeerName, bytes: number): void {
    const member = this.#members.get(peer)
    if (member !== undefined) member.bytesSent += bytes
  }

  received(peer: PeerName, bytes: number): void {
    const member = this.#members.get(peer)
    if (member !== undefined) member.bytesReceived += bytes
  }

  #isHeard(member: Member, now: Milliseconds): boolean {
    return member.silence(now) <= Math.max(LATELY, this.size * LATELY_EACH)
  }

  #count(counts: (member: Member) => boolean): number {
    let count = 0
    for (const member of this.#members.values()) if (counts(member)) count++
    return count
  }

  /** Nothing happens where there is no room for the peer. */
  #change(peer: PeerName, now: Milliseconds, change: (member: Member) => void): void {
    let member = this.#members.get(peer)
    if (member === undefined) {
      if (this.size >= MOST && !this.#forgetOne(now)) return
      member = new Member(peer)
      this.#members.set(peer, member)
    }
    change(member)
  }

  #forgetOne(now: Milliseconds): boolean {
    let longest: Member | null = null
    for (const member of this.#members.values()) {
      if (!member.dispensable) continue
      if (longest === null || member.silence(now) > longest.silence(now)) longest = member
    }
    return longest !== null && this.#members.delete(longest.name)
  }
}
