import { FRAME_OVERHEAD } from './frame.ts'

/** What a peer of one swarm accepts; both ends compute the same numbers from the manifest. */
export interface WireLimits {
  /** Largest frame in bytes, header included. */
  readonly maxFrame: number
  /** Byte credit of one channel in one direction. */
  readonly window: number
  /** Bytes that may wait to be written to one neighbour before its link is taken down. */
  readonly maxQueued: number
}

/** A smaller window would make small models wait for credit on links with a long round trip. */
const MIN_WINDOW = 1 << 20

/** `maxBody`: the strategy codec's largest legal body. */
export const wireLimits = (maxBody: number): WireLimits => {
  const maxFrame = FRAME_OVERHEAD + maxBody
  // Two frames: one may be on its way while the grant for the one before it comes back.
  const window = Math.max(MIN_WINDOW, 2 * maxFrame)
  return { maxFrame, window, maxQueued: 2 * window }
}
