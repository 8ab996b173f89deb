/** How much a CBOR document may hold. */
export interface CborLimits {
  /** Numbers, texts, lists and maps, their keys included. */
  readonly values: number
  readonly depth: number
}

/** Bytes of an argument by the low five bits of the head; below 24 it is these bits themselves. */
const WIDTHS: Readonly<Record<number, number>> = { 24: 1, 25: 2, 26: 4, 27: 8 }
const [BYTES, TEXT, LIST, MAP, TAG] = [2, 3, 4, 5, 6]
const MALFORMED = 'is no dag-cbor'

/**
 * Walks over CBOR (RFC 8949) without making anything of it: whether it is whole, and within limits. A
 * decoder that is asked afterwards allocates no more than so many values, and recurses no deeper.
 */
export const cborRule = (bytes: Uint8Array, limits: CborLimits): string | null => {
  /** Items that are still to come, by depth. */
  const open: number[] = [1]
  let at = 0
  let values = 0
  while (open.length > 0) {
    const left = open.pop()!
    if (left === 0) continue
    open.push(left - 1)
    const head = bytes[at++]
    if (head === undefined) return MALFORMED
    if (++values > limits.values)
      return `has more than ${limits.values.toLocaleString('en')} values`
    const [major, low] = [head >> 5, head & 31]
    let argument = low
    if (low >= 24) {
      const width = WIDTHS[low]
      // Indefinite lengths are no dag-cbor.
      if (width === undefined || at + width > bytes.length) return MALFORMED
      argument = 0
      for (let i = 0; i < width; i++) argument = argument * 256 + bytes[at++]!
    }
    if (major === BYTES || major === TEXT) at += argument
    else if (major === LIST) open.push(argument)
    else if (major === MAP) open.push(2 * argument)
    else if (major === TAG) return 'has a tag, which stands for nothing here'
    if (at > bytes.length) return MALFORMED
    if (open.length > limits.depth + 1) return `is nested more than ${limits.depth} deep`
  }
  return at === bytes.length ? null : 'has bytes left over'
}
