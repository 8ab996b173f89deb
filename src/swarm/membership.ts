import type { Role } from './role.ts'

type Milliseconds = number

/** Without a word for this long, a member that no config names is taken to have left. */
const SILENCE_MS = 5 * 60_000
/** Each member speaks the more seldom the more there are: five of its intervals, for each of them. */
const SILENCE_PER_MEMBER_MS = 625
/** Invented names must not fill the memory; network/timings.ts believes as many. */
const MAX_HEARD = 4096

interface Heard {
  readonly at: Milliseconds
  readonly role: Role
}

/**
 * Who is in the swarm, as far as this peer knows: those its config names, for as long as it names them,
 * and those heard of through presence, until they say goodbye or fall silent. Bootstrap peers have no
 * replica and are no members. A pure state machine over (event, now).
 */
export class Membership {
  readonly #heard = new Map<string, Heard>()
  /** What silent peers were when they were last heard. */
  readonly #remembered: Map<string, Role>
  #configured: ReadonlySet<string>

  /** `remembered`: roles from an earlier stay. */
  constructor(
    configured: Iterable<string>,
    remembered: Iterable<readonly [peer: string, role: Role]> = []
  ) {
    this.#configured = new Set(configured)
    this.#remembered = new Map(remembered)
  }

  /** All others that have a replica, sorted; a configured peer that has said nothing yet counts. */
  get others(): readonly string[] {
    return this.known.filter((peer) => this.#roleOf(peer) !== 'bootstrap').sort()
  }

  /** How many of the others train. */
  get trainers(): number {
    return this.known.filter((peer) => this.#roleOf(peer) === 'trainer').length
  }

  /** Configured peers that are there to be found by everybody, sorted. */
  get bootstraps(): readonly string[] {
    return [...this.#configured].filter((peer) => this.#roleOf(peer) === 'bootstrap').sort()
  }

  /** Members, and all others that have been heard. */
  get known(): readonly string[] {
    return [...new Set([...this.#configured, ...this.#heard.keys()])]
  }

  /** Those that train, as far as they have been heard of late, sorted. */
  get training(): readonly string[] {
    return [...this.#heard].flatMap(([peer, { role }]) => (role === 'trainer' ? [peer] : [])).sort()
  }

  /** How many that have a replica have been heard of late. */
  get company(): number {
    let count = 0
    for (const { role } of this.#heard.values()) if (role !== 'bootstrap') count++
    return count
  }

  /** Nobody that has a replica has been heard of late. */
  get alone(): boolean {
    return this.company === 0
  }

  /** Whether it has been heard of late. */
  hears(peer: string): boolean {
    return this.#heard.has(peer)
  }

  /** Returns whether the members changed, as the methods below do. */
  configure(configured: Iterable<string>): boolean {
    const before = this.others.join()
    this.#configured = new Set(configured)
    return this.others.join() !== before
  }

  present(peer: string, now: Milliseconds, role: Role = 'trainer'): boolean {
    const before = this.#memberRole(peer)
    if (!this.#heard.has(peer) && this.#heard.size >= MAX_HEARD) return false
    this.#heard.set(peer, { at: now, role })
    return this.#memberRole(peer) !== before
  }

  /** It has said goodbye. A configured peer stays a member: it is looked for all the same. */
  left(peer: string): boolean {
    const heard = this.#heard.get(peer)
    if (heard === undefined) return false
    const before = this.#memberRole(peer)
    this.#heard.delete(peer)
    if (this.#configured.has(peer)) this.#remembered.set(peer, heard.role)
    return this.#memberRole(peer) !== before
  }

  /** Drops those that have fallen silent. */
  expire(now: Milliseconds): boolean {
    const silence = Math.max(SILENCE_MS, this.#heard.size * SILENCE_PER_MEMBER_MS)
    let changed = false
    for (const [peer, { at }] of this.#heard) {
      if (now - at >= silence) changed = this.left(peer) || changed
    }
    return changed
  }

  #roleOf(peer: string): Role {
    return this.#heard.get(peer)?.role ?? this.#remembered.get(peer) ?? 'trainer'
  }

  /** What it counts as; null: no member. */
  #memberRole(peer: string): Role | null {
    if (!this.#configured.has(peer) && !this.#heard.has(peer)) return null
    const role = this.#roleOf(peer)
    return role === 'bootstrap' ? null : role
  }
}
