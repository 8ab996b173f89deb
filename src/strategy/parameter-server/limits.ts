/** Of a peer's name. */
export const MAX_NAME_BYTES = 128
/** Bytes of any message of fixed shape, and of any other beside its vector, code or table. */
export const HEADER_BYTES = 2048
/** An entry of a table at most: name, life, flags and two numbers. */
export const ENTRY_BYTES = MAX_NAME_BYTES + 2 + 4 + 1 + 2 * 8
/**
 * What has not been answered on a link that is up is sent again after so many failoverMs: nothing is lost
 * there, so it is only slow, or was lost by somebody's fault.
 */
export const RETRY = 4
/**
 * Vectors of a shard that the largest body could hold. A link's queue has room for several bodies, and
 * who serves two shards after a failure sends to one peer what belongs to both.
 */
export const VECTORS_PER_BODY = 2
