import { permutation, type Random, seeded } from '../random.ts'
import type { Bytes, Vector } from '../vector/vector.ts'
import type { Dataset } from './dataset.ts'
import { type Hand, pose } from './glyph-pose.ts'
import { drawSegment, type Pen, SIDE } from './glyph-raster.ts'
import { SKELETONS } from './glyph-strokes.ts'
import { range } from './range.ts'
import { scaleOf } from './scale.ts'

export interface GlyphOptions {
  /** Names the dataset, not the run: every scenario seed trains on the same rows. @default 1 */
  readonly seed?: number
  /** Rows. @default 12_000 */
  readonly train?: number
  /** Rows. @default 2_000 */
  readonly test?: number
}

const CLASSES = SKELETONS.length

const HAND: Hand = { rotation: 0.16, shear: 0.18, scale: 0.1, shift: 1.5, wobble: 0.03 }

/** Deviation of the noise added to every pixel of ink 0..1. */
const NOISE = 0.08
/** Stray strokes on a row: 0 to this many, and how long they are at most, in pixels. */
const CLUTTER = 2
const CLUTTER_LENGTH = 7

/** Mean and deviation of a byte / 255, measured once over the default training set and then fixed. */
const MEAN = 0.1378
const DEVIATION = 0.2422

const drawPath = (canvas: Vector, path: readonly number[], pen: Pen): void => {
  for (let i = 0; i + 3 < path.length; i += 2) {
    drawSegment(canvas, path[i]!, path[i + 1]!, path[i + 2]!, path[i + 3]!, pen)
  }
}

const drawClutter = (canvas: Vector, pen: Pen, random: Random): void => {
  for (let left = random.integer(CLUTTER + 1); left > 0; left--) {
    const x = SIDE * random.next()
    const y = SIDE * random.next()
    const angle = 2 * Math.PI * random.next()
    const length = CLUTTER_LENGTH * random.next()
    const end = [x + length * Math.cos(angle), y + length * Math.sin(angle)]
    drawPath(canvas, [x, y, ...end], { ...pen, ink: pen.ink * (0.4 + 0.6 * random.next()) })
  }
}

const drawGlyph = (canvas: Vector, digit: number, random: Random): void => {
  const pen = {
    radius: 0.6 + 1.1 * random.next(),
    blur: 0.8 + 1.2 * random.next(),
    ink: 0.65 + 0.35 * random.next()
  }
  const variants = SKELETONS[digit]!
  const strokes = variants[random.integer(variants.length)]!
  for (const path of pose(strokes, HAND, random)) drawPath(canvas, path, pen)
  drawClutter(canvas, pen, random)
}

/** Rows of one part. Row i depends on the part's stream and i alone, so a peer makes only its own. */
const createPart = (rows: number, random: Random) => {
  const order = permutation(random.fork('labels'), rows)
  const labels = Uint8Array.from(order, (place) => place % CLASSES)
  const canvas = new Float32Array(SIDE * SIDE)
  return {
    labels,
    make: (index: number, into: Bytes, offset: number): void => {
      const stream = random.fork(index)
      canvas.fill(0)
      drawGlyph(canvas, labels[index]!, stream)
      for (let i = 0; i < canvas.length; i++) {
        const shade = canvas[i]! + NOISE * stream.normal()
        // Whole bytes, as a scanner gives them: the last bits of Math.sin do not reach the dataset.
        into[offset + i] = Math.round(255 * Math.min(1, Math.max(0, shade)))
      }
    }
  }
}

/**
 * A dataset without a download: hand-like digits, 28 x 28, ten balanced classes. Made row by row from
 * a few skeletons for each digit (glyph-strokes.ts), a random pose, pen, clutter and noise.
 */
export const createGlyphs = ({
  seed = 1,
  train = 12_000,
  test = 2_000
}: GlyphOptions = {}): Dataset => {
  const random = seeded(seed).fork('glyphs')
  const training = createPart(train, random.fork('train'))
  const held = createPart(test, random.fork('test'))
  const labels = new Uint8Array(train + test)
  labels.set(training.labels)
  labels.set(held.labels, train)
  return {
    kind: 'made',
    name: 'glyphs',
    classes: CLASSES,
    shape: [SIDE, SIDE, 1],
    scale: scaleOf([MEAN], [DEVIATION]),
    labels,
    train: range(0, train),
    test: range(train, train + test),
    make: (row, into, offset) =>
      row < train ? training.make(row, into, offset) : held.make(row - train, into, offset)
  }
}
