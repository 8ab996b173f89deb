/** Sender's side of a delta (src/compression/delta/code.ts). */
import { cut, fitOne, fitTwo, highMean, lowMean, openBins } from './levels'
import { MAGNITUDE } from './magnitudes'
import { reserve } from './memory'
import { cheapestRice } from './rice'
import { clearLists, keptBits, keptCount, keptIndex, openLists, select } from './select'

/** Units of the integers in a payload: 2^-24. */
const FRACTION: f64 = 16777216

let length: i32 = 0
let run: i32 = 0
let tensors: i32 = 0
let levels: i32 = 0
let maxScale: f64 = 0
let sizes: usize = 0
let out: usize = 0

/** Where the payload is written next. */
let at: usize = 0

/**
 * Lays out the memory: the residual, [parameters] float32, at 0, then the sizes of the tensors,
 * which the caller must write (i32, address returned). A run is what a selection is made in, a
 * payload has `most` values and `maxBytes` bytes at most. Returns -1 where memory is short.
 */
export function openEncoder(
  parameters: i32,
  runLength: i32,
  tensorCount: i32,
  levelCount: i32,
  largestScale: i32,
  most: i32,
  maxBytes: i32
): i32 {
  length = parameters
  run = runLength
  tensors = tensorCount
  levels = levelCount
  maxScale = <f64>largestScale
  sizes = (((<usize>length) << 2) + 63) & ~63
  const bins = (sizes + ((<usize>tensors) << 2) + 63) & ~63
  out = openLists(openBins(bins), length, most)
  return reserve(out + maxBytes + sizeof<u64>()) ? <i32>sizes : -1
}

export function payload(): usize {
  return out
}

/** The k of a run: round(density size), at least one. */
@inline
function keptOf(density: f64, size: i32): i32 {
  return min(size, max(1, <i32>floor(density * <f64>size + 0.5)))
}

@inline
function toScale(mean: f64, weight: f64): u32 {
  return <u32>min(maxScale, floor(mean * weight * FRACTION + 0.5))
}

function putByte(value: u32): void {
  store<u8>(at++, value)
}

/** Seven bits a byte, the lowest first. */
function putVarint(value: u32): void {
  for (; value >= 128; value >>>= 7) putByte(value | 128)
  putByte(value)
}

/**
 * Gaps, signs and levels of the kept values `first` to `end`, of a tensor that begins at `origin`;
 * takes them out of the residual. Writes up to eight bytes beyond the payload.
 */
function putValues(
  first: i32,
  end: i32,
  origin: i32,
  parameter: u32,
  lowStep: f64,
  highStep: f64
): void {
  const mask: u32 = (1 << parameter) - 1
  const leveled = u32(lowStep < highStep)
  const width = parameter + 2 + leveled
  const edge = cut
  let next = origin
  let to = at
  let waiting: u64 = 0 // the bits of the byte at `to`, and how many they are
  let count: u32 = 0
  for (let i = first; i < end; i++) {
    const index = keptIndex(i)
    const bits = keptBits(i)
    const gap = <u32>(index - next)
    next = index + 1
    let zeros = gap >>> parameter
    for (; zeros > 24; zeros -= 24) {
      count += 24
      store<u64>(to, waiting)
      to += count >>> 3
      waiting >>= count & ~7
      count &= 7
    }
    const upper = u32((bits & MAGNITUDE) >= edge)
    const low = 1 | ((gap & mask) << 1)
    const flags = (<u32>bits >>> 31) | ((upper & leveled) << 1)
    waiting |= (<u64>low | ((<u64>flags) << (parameter + 1))) << (zeros + count)
    count += zeros + width
    store<u64>(to, waiting)
    to += count >>> 3
    waiting >>= count & ~7
    count &= 7
    const value = <f64>reinterpret<f32>(bits)
    const step = copysign<f64>(upper != 0 ? highStep : lowStep, value)
    store<f32>((<usize>index) << 2, <f32>(value - step))
  }
  at = to + usize(count > 0)
}

/** A tensor with the kept values `first` to `end`; false if they round to nothing. */
function putTensor(first: i32, end: i32, origin: i32, size: i32, weight: f64): bool {
  if (levels == 2) fitTwo(first, end)
  else fitOne(first, end)
  const high = toScale(highMean, weight)
  if (high == 0) return false
  const low = max(1, toScale(lowMean, weight))
  const parameter = cheapestRice(first, end, origin, size)
  putVarint(end - first)
  putVarint(low)
  if (levels == 2) putVarint(high - low)
  putByte(parameter)
  const units = weight * FRACTION
  putValues(first, end, origin, parameter, <f64>low / units, <f64>high / units)
  return true
}

/** Bytes at `payload()`; 0 where the residual is not finite or everything rounds to nothing. */
export function encode(density: f64, weight: f64): i32 {
  clearLists()
  for (let start = 0; start < length; ) {
    const size = min(run, length - start)
    if (!select(start, start + size, keptOf(density, size))) return 0
    start += size
  }
  at = out
  putByte(levels)
  let any = false
  let origin = 0
  let first = 0
  for (let tensor = 0; tensor < tensors; tensor++) {
    const size = load<i32>(sizes + ((<usize>tensor) << 2))
    const edge = origin + size
    let end = first
    while (end < keptCount() && keptIndex(end) < edge) end++
    if (end > first && putTensor(first, end, origin, size, weight)) any = true
    else putByte(0)
    first = end
    origin = edge
  }
  return any ? <i32>(at - out) : 0
}
