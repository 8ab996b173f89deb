/** Origins that a swarm may have; what others mention beyond is not listened to. */
export const MAX_ORIGINS = 4096

/** Names, holdings and ranges that one message may carry: senders cut longer lists. */
export const MAX_LIST = 256

/** How far ahead of its origin's head a delta may be. */
export const MAX_GAP = 64

/** How far ahead of its origin's head a delta may be that nobody has asked for. */
export const MAX_PUSHED = 8

/** Deltas that may be open with one neighbour: more would only wait there. */
export const MAX_OPEN = 32

/** Bytes that they may have together: with own deltas beside them they must fit into a link's queue. */
const MAX_OPEN_BYTES = 1 << 20

/** The same for deltas of at most so many bytes; large ones are asked for one at a time. */
export const openDeltas = (maxBytes: number): number =>
  Math.min(MAX_OPEN, Math.max(1, Math.floor(MAX_OPEN_BYTES / maxBytes)))
