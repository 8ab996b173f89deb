/**
 * One magnitude for a run of the kept values, or the two that leave the least squares (2-means): the
 * cut that explains the most variance, found over bins of magnitudes (Otsu 1979). Bins are ranges of
 * a float32's bits, so that their width is relative.
 */
import { MAGNITUDE } from './magnitudes'
import { keptBits } from './select'

const BINS: i32 = 1024

/** Of each bin f64 sums, then i32 counts. */
let sums: usize = 0
let counts: usize = 0

/** Magnitudes whose bits reach `cut` belong to the upper level; means of both groups. */
export let cut: i32 = 0
export let lowMean: f64 = 0
export let highMean: f64 = 0

/** Lays the bins out at `at`; returns the end. */
export function openBins(at: usize): usize {
  sums = at
  counts = sums + (BINS << 3)
  return counts + (BINS << 2)
}

@inline
function magnitude(i: i32): i32 {
  return keptBits(i) & MAGNITUDE
}

@inline
function valueOf(bits: i32): f64 {
  return <f64>reinterpret<f32>(bits)
}

export function fitOne(first: i32, end: i32): void {
  let a: f64 = 0
  let b: f64 = 0
  let c: f64 = 0
  let d: f64 = 0
  let i = first
  for (; i + 4 <= end; i += 4) {
    a += valueOf(magnitude(i))
    b += valueOf(magnitude(i + 1))
    c += valueOf(magnitude(i + 2))
    d += valueOf(magnitude(i + 3))
  }
  for (; i < end; i++) a += valueOf(magnitude(i))
  cut = 0
  highMean = (a + b + (c + d)) / <f64>(end - first)
  lowMean = highMean
}

export function fitTwo(first: i32, end: i32): void {
  let bottom = i32.MAX_VALUE
  let top = 0
  for (let i = first; i < end; i++) {
    const bits = magnitude(i)
    bottom = min(bottom, bits)
    top = max(top, bits)
  }
  let shift = 0
  while ((top >> shift) - (bottom >> shift) >= BINS) shift++
  const base = bottom >> shift
  const bins = (top >> shift) - base + 1

  memory.fill(sums, 0, (BINS << 3) + (BINS << 2))
  for (let i = first; i < end; i++) {
    const bits = magnitude(i)
    const bin = <usize>((bits >> shift) - base)
    const sum = sums + (bin << 3)
    const count = counts + (bin << 2)
    store<f64>(sum, load<f64>(sum) + valueOf(bits))
    store<i32>(count, load<i32>(count) + 1)
  }

  const n = end - first
  let total: f64 = 0
  for (let bin = 0; bin < bins; bin++) total += load<f64>(sums + ((<usize>bin) << 3))
  let most: f64 = (total * total) / <f64>n
  cut = 0
  lowMean = total / <f64>n
  highMean = lowMean
  let sum: f64 = 0
  let count = 0
  for (let bin = 0; bin < bins - 1; bin++) {
    sum += load<f64>(sums + ((<usize>bin) << 3))
    count += load<i32>(counts + ((<usize>bin) << 2))
    const rest = total - sum
    const explained = (sum * sum) / <f64>count + (rest * rest) / <f64>(n - count)
    if (explained > most) {
      most = explained
      cut = (base + bin + 1) << shift
      lowMean = sum / <f64>count
      highMean = rest / <f64>(n - count)
    }
  }
}
