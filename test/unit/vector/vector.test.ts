import test from 'ava'
import { type Random, seeded } from '../../../src/random.ts'
import { axpyDifference, difference, norm, type Vector } from '../../../src/vector/vector.ts'

/** Around every remainder that the loops, which take four at a time, may leave. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 131]

const DRAWS: Readonly<Record<string, (random: Random) => number>> = {
  normal: (random) => random.normal(),
  'of many magnitudes': (random) => random.normal() * 10 ** (30 * random.next()),
  subnormal: (random) => 1e-42 * random.normal()
}

const bitsOf = (values: Vector | Float64Array): readonly number[] => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4)
]

for (const [name, draw] of Object.entries(DRAWS)) {
  const vector = (length: number, label: string): Vector => {
    const random = seeded(5).fork(name).fork(label)
    return Float32Array.from({ length }, () => draw(random))
  }

  test(`should round every difference to float32 and measure what it stored, ${name}`, (t) => {
    for (const length of LENGTHS) {
      const [a, b, into] = [vector(length, 'a'), vector(length, 'b'), vector(length, 'into')]
      const length2 = difference(a, b, into)
      const expected = a.map((x, i) => Math.fround(x - b[i]!))
      t.deepEqual(bitsOf(into), bitsOf(expected), `length ${length}`)
      t.is(length2, norm(expected), `length ${length}`)
      // The same squares in another order: a few roundings of float64.
      const hypot = Math.hypot(...expected)
      t.true(Math.abs(length2 - hypot) <= 1e-12 * hypot, `length ${length}`)
    }
  })

  test(`should add the scaled difference to both sums, each in its own precision, ${name}`, (t) => {
    for (const length of LENGTHS) {
      const [a, b, x] = [vector(length, 'a'), vector(length, 'b'), vector(length, 'x')]
      const sum = Float64Array.from(vector(length, 'sum'))
      const added = Float64Array.from(a, (value, i) => 0.3 * (value - b[i]!))
      const expectedX = x.map((value, i) => value + added[i]!)
      const expectedSum = sum.map((value, i) => value + added[i]!)
      const alone = x.slice()
      axpyDifference(0.3, a, b, x, sum)
      axpyDifference(0.3, a, b, alone, null)
      t.deepEqual(bitsOf(x), bitsOf(expectedX), `length ${length}`)
      t.deepEqual(bitsOf(sum), bitsOf(expectedSum), `length ${length}`)
      t.deepEqual(bitsOf(alone), bitsOf(expectedX), `length ${length}, without a sum`)
    }
  })
}

test('should return a norm that is not finite when any element is not', (t) => {
  for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (let at = 0; at < 9; at++) {
      const a = new Float32Array(9)
      a[at] = poison
      t.false(Number.isFinite(difference(a, new Float32Array(9), new Float32Array(9))), `${at}`)
    }
  }
})
