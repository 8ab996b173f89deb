import type { Window } from '../../models/window.ts'

/**
 * Rows (or columns) of an image that see the same rows of a kernel: every `stride`-th. Seen from them, the
 * input's gradient is a convolution of dy, at stride 1, with those rows of the kernel from the last to the first.
 */
export interface Phase {
  readonly first: number
  readonly count: number
  /** The last of the kernel's rows, and how many there are, `stride` apart. */
  readonly last: number
  readonly taps: number
  /** Row of dy that the first tap meets at the first row; negative: above it. */
  readonly from: number
}

/** Input row y meets row k of the kernel at row (y + before - k) / stride of dy, where that is a whole number. */
export const phasesOf = (length: number, { side, stride, before }: Window): Phase[] =>
  Array.from({ length: Math.min(stride, length) }, (_, first) => {
    const shift = first + before
    const taps = Math.max(0, Math.ceil((side - (shift % stride)) / stride))
    return {
      first,
      count: Math.ceil((length - first) / stride),
      last: (shift % stride) + stride * (taps - 1),
      taps,
      from: Math.floor(shift / stride) - taps + 1
    }
  })

/** Rows of zeros that the phases need above `length` rows of dy, and below them. */
export const phaseMargin = (
  phases: readonly Phase[],
  length: number
): readonly [above: number, below: number] => {
  const used = phases.filter(({ taps }) => taps > 0)
  const above = Math.max(0, ...used.map(({ from }) => -from))
  const ends = used.map(({ from, count, taps }) => from + count - 1 + taps)
  return [above, Math.max(0, ...ends.map((end) => end - length))]
}
