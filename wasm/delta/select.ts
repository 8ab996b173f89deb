/**
 * The k largest magnitudes of a run of float32, exactly, as (index, value) pairs in order of index.
 * A sample tells a floor below the k-th, one pass gathers what exceeds it, and the rest happens among
 * those. Where the floor was too high or far too low, the run itself is bisected: 31 passes at most,
 * whatever the values.
 */
import { countAtLeast, INFINITE, largestMagnitude, MAGNITUDE, magnitudes } from './magnitudes'

/** Runs up to this length are bisected at once, without a sample. */
const SMALL: i32 = 512
/** A sample is whole cache lines, in float32, at most this many: one of every 16 in shorter runs. */
const LINE: i32 = 16
const MAX_LINES: i32 = 2048
/** A sample's count of what lies above the k-th is taken to be off by so many deviations at most. */
const DEVIATIONS: f64 = 4

/** What has been kept: i32 indices and f32 values. Lists have `room` entries, and a line's more. */
let indices: usize = 0
let values: usize = 0
let room: i32 = 0
let kept: i32 = 0

/**
 * Lays the lists out at `at`, for at most `most` kept of `length`; returns the end. Three times as
 * many are hardly ever gathered, and a sample lies there too.
 */
export function openLists(at: usize, length: i32, most: i32): usize {
  const sample = min(length >> 4, MAX_LINES * LINE)
  room = <i32>min(<i64>length + 1, 3 * <i64>most + SMALL + sample)
  const bytes = (<usize>(room + LINE)) << 2
  indices = at
  values = at + bytes
  return values + bytes
}

export function clearLists(): void {
  kept = 0
}

export function keptCount(): i32 {
  return kept
}

/** Where the indices lie from entry i on. */
@inline
export function keptIndices(i: i32): usize {
  return indices + ((<usize>i) << 2)
}

@inline
export function keptIndex(i: i32): i32 {
  return load<i32>(keptIndices(i))
}

@inline
export function keptBits(i: i32): i32 {
  return load<i32>(values + ((<usize>i) << 2))
}

/** Where a search ended: magnitudes above `floor` are kept, and the first `ties` of those at it. */
let floor: i32 = 0
let ties: i32 = 0

/**
 * Bisects magnitudes of `length` float32 until the floor leaves k to `most` of them above, or, with
 * ties, exactly k: 1 <= k <= most. At least k must reach `low`, none may exceed `top`.
 */
function findFloor(at: usize, length: i32, k: i32, most: i32, low: u32, top: u32): void {
  let high = top + 1 // up to 2^31
  let above = 0 // how many reach `high`, always fewer than k
  while (high - low > 1) {
    const middle = low + ((high - low) >>> 1)
    const count = countAtLeast(at, length, middle)
    if (count >= k && count <= most) {
      floor = middle - 1
      ties = 0
      return
    }
    if (count > k) low = middle
    else {
      high = middle
      above = count
    }
  }
  floor = low
  ties = k - above
}

/** Appends elements `start` to `end` above the floor; gives up once there is no room. */
function gather(start: i32, end: i32): void {
  const bounds = i32x4.splat(floor)
  const toValues = values - indices
  let to = indices + ((<usize>kept) << 2)
  const last = indices + ((<usize>room) << 2)
  let i = start
  for (; i + LINE <= end && to < last; i += LINE) {
    const at = (<usize>i) << 2
    const a = i32x4.gt_s(magnitudes(at), bounds)
    const b = i32x4.gt_s(magnitudes(at + 16), bounds)
    const c = i32x4.gt_s(magnitudes(at + 32), bounds)
    const d = i32x4.gt_s(magnitudes(at + 48), bounds)
    const low = i16x8.narrow_i32x4_s(a, b)
    const high = i16x8.narrow_i32x4_s(c, d)
    let lanes = i8x16.bitmask(i8x16.narrow_i16x8_s(low, high))
    // The first is written without a branch, which would often be predicted wrongly.
    let found = i + ctz(lanes | 0x10000)
    store<i32>(to, found)
    store<i32>(to + toValues, load<i32>((<usize>found) << 2))
    to += usize(lanes != 0) << 2
    for (lanes &= lanes - 1; lanes > 0; lanes &= lanes - 1) {
      found = i + ctz(lanes)
      store<i32>(to, found)
      store<i32>(to + toValues, load<i32>((<usize>found) << 2))
      to += 4
    }
  }
  kept = <i32>((to - indices) >>> 2)
  ties = 0
  if (kept < room) gatherWithTies(i, end)
}

/** The same, one by one, with the first of those at the floor. */
function gatherWithTies(start: i32, end: i32): void {
  for (let i = start; i < end; i++) {
    const value = load<i32>((<usize>i) << 2)
    const magnitude = value & MAGNITUDE
    if (magnitude < floor || (magnitude == floor && --ties < 0)) continue
    store<i32>(indices + ((<usize>kept) << 2), i)
    store<i32>(values + ((<usize>kept) << 2), value)
    kept++
  }
}

/** Drops what the floor does not let through from the lists, `first` on, in their order. */
function compact(first: i32): void {
  let next = first
  for (let i = first; i < kept; i++) {
    const value = keptBits(i)
    const magnitude = value & MAGNITUDE
    store<i32>(indices + ((<usize>next) << 2), keptIndex(i))
    store<i32>(values + ((<usize>next) << 2), value)
    if (magnitude > floor || (magnitude == floor && --ties >= 0)) next++
  }
  kept = next
}

/** Lines at even distances, each moved by some of the distance, so that no period is in step. */
function takeSample(start: i32, length: i32, lines: i32, into: usize): void {
  const distance = length / lines
  for (let line = 0; line < lines; line++) {
    const moved = ((<u32>line * 0x9e3779b1) >>> 8) % <u32>(distance - LINE + 1)
    const from = (<usize>(start + line * distance + <i32>moved)) << 2
    memory.copy(into + ((<usize>line) << 6), from, 64)
  }
}

/**
 * Sets a floor that more than k of elements `start` to `end` are likely to exceed, but not many more;
 * false if the run is too short for that, or has too many zeros.
 */
function guessFloor(start: i32, end: i32, k: i32): bool {
  const length = end - start
  if (length <= SMALL) return false
  const lines = min(length >> 8, MAX_LINES)
  const sampled = lines * LINE
  const expected = (<f64>k * <f64>sampled) / <f64>length
  const rank = <i32>(expected + DEVIATIONS * (sqrt(expected) + 1))
  const sample = values + ((<usize>kept) << 2) // beyond what has been kept: there is room for it
  takeSample(start, length, lines, sample)
  if (countAtLeast(sample, sampled, 1) <= rank) return false
  findFloor(sample, sampled, rank, rank + (rank >> 2), 1, largestMagnitude(sample, sampled))
  return true
}

/** Sets a floor that k of the run exceed, or a few more, or, with ties, fewer. */
function searchFloor(start: i32, end: i32, k: i32): void {
  const at = (<usize>start) << 2
  const length = end - start
  floor = 0
  ties = 0
  if (countAtLeast(at, length, 1) <= k) return
  const most = min(k + (k >> 1), room - 1 - kept)
  findFloor(at, length, k, most, 1, largestMagnitude(at, length))
}

/**
 * Keeps the k largest of elements `start` to `end`, but no zeros; of equals the first. False if one
 * is not finite.
 */
export function select(start: i32, end: i32, k: i32): bool {
  const first = kept
  let done = false
  if (guessFloor(start, end, k)) {
    gather(start, end)
    done = kept < room && kept - first >= k
  }
  if (!done) {
    kept = first
    searchFloor(start, end, k)
    if (ties > 0) gatherWithTies(start, end)
    else gather(start, end)
  }
  const found = kept - first
  const at = values + ((<usize>first) << 2)
  const top = largestMagnitude(at, found)
  if (top >= INFINITE) return false
  if (found > k) {
    findFloor(at, found, k, k, floor + 1, top)
    compact(first)
  }
  return true
}
