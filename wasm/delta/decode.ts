/** Receiver's side of a delta (src/compression/delta/code.ts). Every byte may be hostile. */
import { reserve } from './memory'
import { MAX_RICE } from './rice'

/** What `decode` answers instead of a count. */
const BAD_VALUES: i32 = -1
const BAD_SCALE: i32 = -2

let tensors: i32 = 0
let levels: i32 = 0
let maxScale: u64 = 0
let most: i32 = 0
let sizes: usize = 0
let indices: usize = 0
let values: usize = 0

/** Next byte to be read and the first after the payload, which lies at 0. */
let at: usize = 0
let end: usize = 0

/**
 * Lays out the memory: a payload of at most `maxBytes` at 0, where the caller writes it, then the
 * sizes of the tensors, which the caller must write (i32, address returned), then the lists of at
 * most `mostValues`. Returns -1 where memory is short.
 */
export function openDecoder(
  tensorCount: i32,
  levelCount: i32,
  largestScale: i32,
  mostValues: i32,
  maxBytes: i32
): i32 {
  tensors = tensorCount
  levels = levelCount
  maxScale = largestScale
  most = mostValues
  // Reads go up to 15 bytes beyond a payload; a value that needs them is refused.
  sizes = (<usize>maxBytes + 2 * sizeof<u64>() + 63) & ~63
  indices = (sizes + ((<usize>tensors) << 2) + 63) & ~63
  values = (indices + ((<usize>most) << 2) + 63) & ~63
  return reserve(values + ((<usize>most) << 2)) ? <i32>sizes : -1
}

export function decodedIndices(): usize {
  return indices
}

export function decodedValues(): usize {
  return values
}

/** A varint of at most five bytes in its shortest form; u64.MAX_VALUE where there is none. */
function takeVarint(): u64 {
  let value: u64 = 0
  for (let shift: u64 = 0; shift < 35 && at < end; shift += 7) {
    const byte: u64 = load<u8>(at++)
    value |= (byte & 127) << shift
    if (byte < 128) return byte == 0 && shift > 0 ? u64.MAX_VALUE : value
  }
  return u64.MAX_VALUE
}

/** Zeros from `bit` on to the next one; at least `last - bit` where none comes before `last`. */
function zerosFrom(bit: u32, last: u32): u32 {
  let zeros: u32 = 0
  while (bit + zeros < last) {
    const position = bit + zeros
    const window = load<u64>(position >>> 3) >> (position & 7)
    if (window != 0) return zeros + <u32>ctz(window)
    zeros += 56
  }
  return zeros
}

/** Entries `first` to `first + count` of the lists, from the bits at `at`; false if they are none. */
function takeValues(
  first: i32,
  count: i32,
  origin: i32,
  size: i32,
  parameter: u32,
  low: i32,
  high: i32
): bool {
  const last = (<u32>end) << 3
  const leveled = u32(high > low)
  const width = parameter + 1 + leveled
  const mask: u64 = (1 << parameter) - 1
  const edge = <u64>(origin + size)
  const rise = high - low
  let next = <u64>origin
  let bit = (<u32>at) << 3
  let index = indices + ((<usize>first) << 2)
  let value = values + ((<usize>first) << 2)
  const stop = index + ((<usize>count) << 2)
  for (; index < stop; index += 4, value += 4) {
    // At least 57 bits: 23 zeros, the one, and what follows it.
    let window = load<u64>(bit >>> 3) >> (bit & 7)
    let zeros = <u32>ctz(window)
    if (zeros < 24) {
      bit += zeros
      window >>= zeros + 1
    } else {
      zeros = zerosFrom(bit, last)
      bit += zeros
      window = (load<u64>(bit >>> 3) >> (bit & 7)) >> 1
    }
    bit += 1 + width
    const found = next + ((<u64>zeros) << parameter) + (window & mask)
    if (found >= edge || bit > last) return false
    next = found + 1
    store<i32>(index, <i32>found)
    const flags = <u32>(window >> parameter)
    const negative = -(<i32>(flags & 1))
    const scale = low + (-(<i32>((flags >>> 1) & leveled)) & rise)
    store<i32>(value, (scale ^ negative) - negative)
  }
  const padding = bit & 7
  if (padding != 0 && <u32>load<u8>(bit >>> 3) >>> padding != 0) return false
  at = (bit + 7) >>> 3
  return true
}

/** Decodes the first `length` bytes of the memory: how many values they hold, or what is wrong. */
export function decode(length: i32): i32 {
  at = 0
  end = length
  if (length == 0 || load<u8>(at++) != <u8>levels) return BAD_VALUES
  let total = 0
  let origin = 0
  for (let tensor = 0; tensor < tensors; tensor++) {
    const size = load<i32>(sizes + ((<usize>tensor) << 2))
    const count = takeVarint()
    if (count > <u64>min(size, most - total)) return BAD_VALUES
    if (count > 0) {
      const low = takeVarint()
      if (low == u64.MAX_VALUE) return BAD_VALUES
      if (low == 0) return BAD_SCALE
      const rise = levels == 2 ? takeVarint() : 0
      if (rise == u64.MAX_VALUE) return BAD_VALUES
      if (low + rise > maxScale) return BAD_SCALE
      if (at >= end) return BAD_VALUES
      const parameter = <u32>load<u8>(at++)
      if (parameter > <u32>MAX_RICE) return BAD_VALUES
      const high = <i32>(low + rise)
      if (!takeValues(total, <i32>count, origin, size, parameter, <i32>low, high)) return BAD_VALUES
      total += <i32>count
    }
    origin += size
  }
  return at == end ? total : BAD_VALUES
}
