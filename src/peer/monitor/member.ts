import type { Path } from '../../network/path.ts'
import type { Presence } from '../../network/presence.ts'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'
import { Agreement } from './agreement.ts'
import type { MemberStatus } from './status.ts'

/** What this peer knows of another one. */
export class Member {
  readonly name: PeerName
  readonly agreement = new Agreement()
  presence: Presence | null = null
  heardAt: Milliseconds | null = null
  /** Rounds by which it was ahead of this peer when it was last heard. */
  ahead: number | null = null
  linked = false
  wanted = false
  refused: MemberStatus['refused'] = null
  bytesSent = 0
  bytesReceived = 0

  constructor(name: PeerName) {
    this.name = name
  }

  /** Until it has said what it is, it counts as a trainer. */
  get role(): MemberStatus['role'] {
    return this.presence?.role ?? 'trainer'
  }

  get left(): boolean {
    return this.presence?.leaving ?? false
  }

  /** Whether it may be forgotten when there are too many. */
  get dispensable(): boolean {
    return !this.linked && !this.wanted
  }

  /** Endless for who has never said anything, or has left. */
  silence(now: Milliseconds): Milliseconds {
    return this.heardAt === null || this.left ? Infinity : now - this.heardAt
  }

  status(now: Milliseconds, path: Path | null): MemberStatus {
    const { name, role, presence, bytesSent, bytesReceived } = this
    return {
      name,
      role,
      round: presence?.round ?? null,
      loss: presence?.loss ?? null,
      heardSecondsAgo: this.heardAt === null ? null : (now - this.heardAt) / 1000,
      left: this.left,
      link: this.linked ? 'up' : 'down',
      path,
      refused: this.refused,
      wanted: this.wanted,
      links: presence?.links ?? [],
      agreement: this.agreement.verdict(now),
      addresses: presence?.addresses ?? [],
      bytesSent,
      bytesReceived
    }
  }
}
