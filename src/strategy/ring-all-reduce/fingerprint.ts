import { bytesToHex } from '@noble/hashes/utils.js'
import type { Vector } from '../../vector/vector.ts'
import type { Sha256 } from '../context.ts'

/** SHA-256 of the float32 values in layout order, hexadecimal. */
export const fingerprintOf = (replica: Vector, hash: Sha256): string =>
  bytesToHex(hash(new Uint8Array(replica.buffer, replica.byteOffset, replica.byteLength)))
