/**
 * A replica and the optimiser's state as one run of bytes: the length of a JSON text (u32, little-endian),
 * the text, and the vectors in its order, little-endian, as they lie in memory.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import type { Saved, SavedVector } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'

const LENGTH_BYTES = 4
/** Of the text. */
export const MAX_TEXT = 1 << 16

const TYPES = { f32: Float32Array, f64: Float64Array, i32: Int32Array } as const

const textSchema = z.strictObject({
  vectors: z
    .array(
      z.tuple([
        z.string().max(100),
        z.enum(['f32', 'f64', 'i32']),
        z
          .int()
          .min(0)
          .max(2 ** 31)
      ])
    )
    .max(16),
  data: z.unknown()
})

const typeOf = (vector: SavedVector): keyof typeof TYPES =>
  vector instanceof Float32Array ? 'f32' : vector instanceof Float64Array ? 'f64' : 'i32'

/** Views of what is saved, one after the other. */
export const stateParts = ({ vectors, data }: Saved): readonly Bytes[] => {
  const entries = Object.entries(vectors)
  const names = entries.map(([name, vector]) => [name, typeOf(vector), vector.length])
  const text = utf8ToBytes(JSON.stringify({ vectors: names, data })) as Bytes
  const length = new Uint8Array(LENGTH_BYTES)
  new DataView(length.buffer).setUint32(0, text.length, true)
  const views = entries.map(
    ([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer, byteOffset, byteLength)
  )
  return [length, text, ...views]
}

export const bytesIn = (parts: readonly Bytes[]): number =>
  parts.reduce((sum, { byteLength }) => sum + byteLength, 0)

/** A copy of so many bytes of all parts together, from `offset` on. */
export const readParts = (parts: readonly Bytes[], offset: number, length: number): Bytes => {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, bytesIn(parts) - offset)))
  let start = 0
  for (const part of parts) {
    const from = Math.max(0, offset - start)
    const to = Math.min(part.length, offset + bytes.length - start)
    if (from < to) bytes.set(part.subarray(from, to), start + from - offset)
    start += part.length
  }
  return bytes
}

/** What the bytes say, copied; null: they are none of this. */
export const parseState = (bytes: Bytes): Saved | null => {
  if (bytes.length < LENGTH_BYTES) return null
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > MAX_TEXT || LENGTH_BYTES + length > bytes.length) return null
  const text = textIn(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length))
  const { success, data: parsed } = textSchema.safeParse(text)
  if (!success) return null
  const vectors: Record<string, SavedVector> = {}
  let at = LENGTH_BYTES + length
  for (const [name, type, count] of parsed.vectors) {
    const size = count * TYPES[type].BYTES_PER_ELEMENT
    if (at + size > bytes.length) return null
    vectors[name] = new TYPES[type](bytes.slice(at, at + size).buffer)
    at += size
  }
  return at === bytes.length ? { vectors, data: parsed.data } : null
}

const textIn = (bytes: Bytes): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}
