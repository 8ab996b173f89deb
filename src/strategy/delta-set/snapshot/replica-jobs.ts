/** What the compute half does for snapshots. */
import { addDelta, type DeltaDecoder } from '../../../compression/delta/index.ts'
import type { Vector } from '../../../vector/vector.ts'
import type { Sha256 } from '../../context.ts'
import type { Agreed } from '../agreed.ts'
import { type FixedPoint, UNIT } from '../fixed-point.ts'
import type { Job, Result } from '../kinds.ts'
import { bytesOf, CHUNK_BYTES, chunkHashes } from '../replica-hash.ts'

/** What restoring changes, all of one length. */
export interface RestoredVectors extends Agreed {
  readonly residual: Vector
}

/** A copy of the replica, without some of its deltas. */
export const snapshotOf = (
  base: FixedPoint,
  decoder: DeltaDecoder,
  { undo, keep }: Extract<Job, { kind: 'snapshot' }>,
  hash: Sha256
): Extract<Result, { kind: 'snapshot' }> => {
  const copy = base.slice()
  for (const payload of undo) addDelta(copy, decoder.decode(payload), 1)
  const bytes = bytesOf(copy)
  return { kind: 'snapshot', hashes: chunkHashes(bytes, hash), bytes: keep ? bytes : null }
}

/**
 * base = chunks - kept, and residual += share (base - what it was): as much of the old replica is sent
 * again, as this peer's next deltas.
 */
export const restoreTo = (
  { base, replica, residual }: RestoredVectors,
  decoder: DeltaDecoder,
  { chunks, kept, share }: Extract<Job, { kind: 'restore' }>
): void => {
  const next = new Int32Array(base.length)
  const bytes = bytesOf(next)
  for (const [index, chunk] of chunks.entries()) bytes.set(chunk, index * CHUNK_BYTES)
  for (const payload of kept) addDelta(next, decoder.decode(payload), -1)
  for (let i = 0; i < base.length; i++) {
    if (share > 0) residual[i] = residual[i]! + share * (next[i]! - base[i]!) * UNIT
    base[i] = next[i]!
    replica[i] = next[i]! * UNIT
  }
}
