import { createHash } from 'node:crypto'
import type { Sha256 } from '../strategy/context.ts'

/** Twenty times as fast as one in JavaScript, for whole replicas. */
export const nodeSha256: Sha256 = (bytes) =>
  new Uint8Array(createHash('sha256').update(bytes).digest())
