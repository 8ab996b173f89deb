import type { Random } from '../random.ts'
import type { Stroke } from './glyph-strokes.ts'

/** How one row's hand differs from the skeleton. Deviations are of normal distributions. */
export interface Hand {
  /** Radians. */
  readonly rotation: number
  /** Sideways lean per height. */
  readonly shear: number
  /** Relative, for each axis on its own. */
  readonly scale: number
  /** Pixels, uniform in +-shift. */
  readonly shift: number
  /** Of every control point, as a fraction of the box. */
  readonly wobble: number
}

/** Side of the box that a skeleton fills, in pixels, and its centre on the canvas. */
const BOX = 20
const CENTRE = 13.5

/** Segments that replace each span of a smooth stroke; with BOX = 20 a segment is about 1-2 pixels. */
const SMOOTHNESS = 4

/** Uniform Catmull-Rom spline between p1 and p2 (Catmull and Rom 1974, tension 1/2). */
const spline = (p0: number, p1: number, p2: number, p3: number, t: number): number =>
  p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))

const bend = (points: readonly number[]): number[] => {
  const last = points.length / 2 - 1
  const at = (i: number, axis: number): number => points[2 * Math.min(last, Math.max(0, i)) + axis]!
  const path = [at(0, 0), at(0, 1)]
  for (let i = 0; i < last; i++) {
    for (let step = 1; step <= SMOOTHNESS; step++) {
      for (const axis of [0, 1]) {
        path.push(
          spline(at(i - 1, axis), at(i, axis), at(i + 1, axis), at(i + 2, axis), step / SMOOTHNESS)
        )
      }
    }
  }
  return path
}

/** One writing of a skeleton: paths [x0, y0, x1, y1, ...] in pixels, to be joined by segments. */
export const pose = (strokes: readonly Stroke[], hand: Hand, random: Random): number[][] => {
  const angle = hand.rotation * random.normal()
  const lean = hand.shear * random.normal()
  const width = BOX * Math.exp(hand.scale * random.normal())
  const height = BOX * Math.exp(hand.scale * random.normal())
  const shiftX = CENTRE + hand.shift * (2 * random.next() - 1)
  const shiftY = CENTRE + hand.shift * (2 * random.next() - 1)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return strokes.map(({ smooth, points }) => {
    const placed: number[] = []
    for (let i = 0; i < points.length; i += 2) {
      const v = height * (points[i + 1]! - 0.5 + hand.wobble * random.normal())
      const u = width * (points[i]! - 0.5 + hand.wobble * random.normal()) - lean * v
      placed.push(shiftX + cos * u - sin * v, shiftY + sin * u + cos * v)
    }
    return smooth ? bend(placed) : placed
  })
}
