import test from 'ava'
import { pose } from '../../../src/data/glyph-pose.ts'
import { drawSegment, SIDE } from '../../../src/data/glyph-raster.ts'
import { SKELETONS } from '../../../src/data/glyph-strokes.ts'
import { seeded } from '../../../src/random.ts'

const still = { rotation: 0, shear: 0, scale: 0, shift: 0, wobble: 0 }

const close = (actual: number, expected: number): boolean => Math.abs(actual - expected) < 1e-6

test('should cover a pixel fully on the line, by half at the radius and not beyond the edge', (t) => {
  const canvas = new Float32Array(SIDE * SIDE)
  drawSegment(canvas, 5, 10, 20, 10, { radius: 2, blur: 2, ink: 0.8 })
  const at = (x: number, y: number): number => canvas[y * SIDE + x]!
  t.true(close(at(12, 10), 0.8))
  t.true(close(at(12, 11), 0.8))
  t.true(close(at(12, 12), 0.4))
  t.is(at(12, 13), 0)
  t.true(close(at(22, 10), 0.4), 'the end is round')
})

test('should let the darker stroke win where two cross', (t) => {
  const canvas = new Float32Array(SIDE * SIDE)
  drawSegment(canvas, 5, 10, 20, 10, { radius: 2, blur: 1, ink: 0.9 })
  drawSegment(canvas, 12, 2, 12, 20, { radius: 2, blur: 1, ink: 0.5 })
  t.true(close(canvas[10 * SIDE + 12]!, 0.9))
  t.true(close(canvas[5 * SIDE + 12]!, 0.5))
})

test('should draw a point as a dot and nothing outside the canvas', (t) => {
  const canvas = new Float32Array(SIDE * SIDE)
  const pen = { radius: 1, blur: 1, ink: 1 }
  drawSegment(canvas, -9, -9, -5, 40, pen)
  t.true(canvas.every((shade) => shade === 0))
  drawSegment(canvas, 7, 7, 7, 7, pen)
  t.true(close(canvas[7 * SIDE + 7]!, 1))
  t.true(canvas.every(Number.isFinite))
})

test('should place a still hand in the middle and pass through every control point', (t) => {
  const points = [0, 0, 0.5, 0.5, 1, 0, 1, 1]
  const [straight] = pose([{ smooth: false, points }], still, seeded(1))
  t.deepEqual(straight, [3.5, 3.5, 13.5, 13.5, 23.5, 3.5, 23.5, 23.5])
  const [curve] = pose([{ smooth: true, points }], still, seeded(1))
  for (let i = 0; i < points.length / 2; i++) {
    t.true(close(curve![8 * i]!, straight![2 * i]!), `x of ${i}`)
    t.true(close(curve![8 * i + 1]!, straight![2 * i + 1]!), `y of ${i}`)
  }
})

test('should keep a smooth stroke straight where its points are evenly spaced on a line', (t) => {
  const stroke = { smooth: true, points: [0, 0.5, 0.25, 0.5, 0.5, 0.5, 0.75, 0.5] }
  const [curve] = pose([stroke], still, seeded(1))
  for (let i = 1; i < curve!.length; i += 2) t.true(close(curve![i]!, 13.5), `y of ${i}`)
  for (let i = 8; i <= 16; i += 2) t.true(close(curve![i]!, 3.5 + (i / 2) * 1.25), `x of ${i}`)
})

test('should have skeletons of whole points inside the box for ten digits', (t) => {
  t.is(SKELETONS.length, 10)
  for (const [digit, variants] of SKELETONS.entries()) {
    t.true(variants.length >= 3, `digit ${digit}`)
    for (const { points } of variants.flat()) {
      t.is(points.length % 2, 0, `digit ${digit}`)
      t.true(points.length >= 4, `digit ${digit}`)
      t.true(
        points.every((x) => x >= 0 && x <= 1),
        `digit ${digit}`
      )
    }
  }
})
