import { encode } from '@ipld/dag-cbor'

/** Shorter ones are not worth a part of their own. */
const LARGE = 64 * 1024
const MAP = 5
const BYTES = 2

/** RFC 8949, section 3: major type and argument, in the shortest form. */
const headOf = (major: number, argument: number): Uint8Array => {
  if (argument < 24) return Uint8Array.of((major << 5) | argument)
  const width = argument < 2 ** 8 ? 1 : argument < 2 ** 16 ? 2 : 4
  const head = Buffer.alloc(1 + width)
  head[0] = (major << 5) | (24 + Math.log2(width))
  head.writeUIntBE(argument, 1, width)
  return head
}

/**
 * DAG-CBOR of a map, in parts, one after the other: the memory of its large byte strings is not copied.
 * Below 4 GiB each.
 */
export const cborParts = (map: Readonly<Record<string, unknown>>): Uint8Array[] => {
  const fields = Object.entries(map).map(([key, value]) => ({ key: encode(key), value }))
  // Shorter keys first, then byte by byte: a longer key's head is the larger one.
  fields.sort((a, b) => Buffer.compare(a.key, b.key))
  return [
    headOf(MAP, fields.length),
    ...fields.flatMap(({ key, value }) =>
      value instanceof Uint8Array && value.length >= LARGE
        ? [key, headOf(BYTES, value.length), value]
        : [key, encode(value)]
    )
  ]
}
