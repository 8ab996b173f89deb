import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import type { Vector } from '../../vector/vector.ts'

/** Little-endian on the wire, whatever the machine is. Changes the bytes in place where it is not. */
export const swapped = (bytes: Uint8Array): Uint8Array => {
  if (endianness() !== 'LE') Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).swap32()
  return bytes
}

/** The memory of a vector. */
export const memoryOf = ({ buffer, byteOffset, byteLength }: Vector): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** SHA-256, hexadecimal. */
export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')
