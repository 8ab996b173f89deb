import type { Milliseconds } from '../../strategy/strategy.ts'

/** What a relay lets through one connection: bytes of both directions together, and time. Null: no limit. */
export interface RelayLimits {
  readonly bytes: number | null
  readonly milliseconds: Milliseconds | null
}

/** What one end may still send, and for how long; infinite: no limit. */
export interface Quota {
  readonly bytes: number
  readonly milliseconds: Milliseconds
}

/**
 * Kept back, or a quarter if that is less: for handshakes, pings, gossip, and what the other end has on its
 * way; and the time that a message may take.
 */
const RESERVED_BYTES = 192 << 10
const RESERVED_TIME: Milliseconds = 30_000
/** What a byte of a message costs with the headers of TLS, yamux and frames. */
const COST = 1.02

const free = (left: number | null, atFirst: number | null, reserved: number): number =>
  left === null || atFirst === null ? Infinity : left - Math.min(reserved, atFirst / 4)

/**
 * Both ends see the same limit, and neither knows what the other is about to send: each may use half of
 * what is left. Null: no limits at all.
 */
export const quotaOf = (left: RelayLimits, atFirst: RelayLimits): Quota | null => {
  if (left.bytes === null && left.milliseconds === null) return null
  const bytes = free(left.bytes, atFirst.bytes, RESERVED_BYTES)
  const time = free(left.milliseconds, atFirst.milliseconds, RESERVED_TIME)
  return {
    bytes: Math.max(0, Math.floor(bytes / 2 / COST)),
    milliseconds: Math.max(0, time)
  }
}

/** Whether a message of so many bytes may begin. */
export const carries = (quota: Quota | null, bytes: number): boolean =>
  quota === null || (quota.bytes >= bytes && quota.milliseconds > 0)

/** Whether nothing more should be begun at all. */
export const isSpent = (quota: Quota | null): boolean => !carries(quota, 1)
