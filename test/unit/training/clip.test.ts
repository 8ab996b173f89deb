import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { clipGradient } from '../../../src/training/clip.ts'
import { createFollow } from '../../../src/training/follow.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { difference, uniform } from './helpers.ts'

const flat = (length: number) => layoutOf([{ name: 'x', shape: [length] }])

/** Ranks 2, 1 and 4: three columns, one unit, two channels. */
const LAYOUT = layoutOf([
  { name: 'kernel', shape: [4, 3] },
  { name: 'bias', shape: [3] },
  { name: 'filters', shape: [2, 2, 1, 2] }
])
const UNITS = [3, 1, 2]

test('should clip a long gradient to the bound and leave a short one alone', (t) => {
  const x = new Float32Array(5)
  const long = new Float32Array([3, 0, 4, 0, 0])
  clipGradient(2, flat(5), long, x)
  t.true(difference(long, [1.2, 0, 1.6, 0, 0]) < 1e-7)
  const short = new Float32Array([3, 0, 4, 0, 0])
  clipGradient(5, flat(5), short, x)
  t.deepEqual([...short], [3, 0, 4, 0, 0])
  clipGradient(null, flat(5), short, x)
  t.deepEqual([...short], [3, 0, 4, 0, 0])
})

test('should clip each tensor to the bound on its own', (t) => {
  const g = uniform(seeded(1), LAYOUT.length)
  const expected = Float64Array.from(g)
  for (const { offset, size } of LAYOUT.tensors) {
    const part = expected.subarray(offset, offset + size)
    const factor = Math.min(1, 0.9 / Math.hypot(...part))
    for (let i = 0; i < size; i++) part[i] = part[i]! * factor
  }
  clipGradient({ by: 'tensor', norm: 0.9 }, LAYOUT, g, new Float32Array(LAYOUT.length))
  t.true(difference(g, expected) < 1e-7)
})

test('should clip each unit by its parameters, as the paper on adaptive clipping has it', (t) => {
  const share = 0.3
  const g = uniform(seeded(1), LAYOUT.length)
  const w = uniform(seeded(2), LAYOUT.length)
  // Nothing has been learnt there yet.
  w.fill(0, 12, 15)
  const expected = Float64Array.from(g)
  let clipped = 0
  LAYOUT.tensors.forEach(({ offset, size }, tensor) => {
    const units = UNITS[tensor]!
    for (let unit = 0; unit < units; unit++) {
      const places = Array.from({ length: size / units }, (_, row) => offset + row * units + unit)
      const norm = Math.hypot(...places.map((i) => g[i]!))
      const largest = share * Math.max(Math.hypot(...places.map((i) => w[i]!)), 1e-3)
      if (norm <= largest) continue
      clipped++
      for (const i of places) expected[i] = (g[i]! * largest) / norm
    }
  })
  t.true(clipped > 0)
  clipGradient({ by: 'unit', share }, LAYOUT, g, w)
  t.true(difference(g, expected) < 1e-6)
})

for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
  test(`should leave out a step with ${bad} in its gradient, and none with large numbers`, (t) => {
    const follow = createFollow({ optimizer: { name: 'sgd', momentum: 0 }, clip: 1 }, flat(6))
    for (let at = 0; at < 6; at++) {
      const x = new Float32Array(6)
      t.true(follow.step(x, new Float32Array(6).fill(3e38), 1, null), 'large is finite')
      const gradient = new Float32Array(6).fill(3e38)
      gradient[at] = bad
      const before = x.slice()
      t.false(follow.step(x, gradient, 1, null), `position ${at}`)
      t.deepEqual(x, before)
    }
  })
}
