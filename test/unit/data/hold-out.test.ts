import test from 'ava'
import { holdOut } from '../../../src/data/hold-out.ts'
import { permutation, seeded } from '../../../src/random.ts'

const CLASSES = 4
/** 10, 100, 200 and 690 rows of the four classes, shuffled. */
const SIZES = [10, 100, 200, 690]
const sorted = SIZES.flatMap((size, label) => new Array<number>(size).fill(label))
const labels = Uint8Array.from(permutation(seeded(1), 1000), (place) => sorted[place]!)

for (const share of [0, 0.001, 0.05, 0.1, 0.29, 1 / 3, 0.5]) {
  test(`should keep the share ${share} of every class aside and all other rows`, (t) => {
    const { held, kept } = holdOut(share, labels, CLASSES, seeded(2))
    t.is(held.length, Math.round(1000 * share))
    const all = [...held, ...kept].sort((a, b) => a - b)
    t.deepEqual(all, [...labels.keys()])
    for (const rows of [held, kept]) t.deepEqual(rows, rows.toSorted())
    for (const [label, size] of SIZES.entries()) {
      const count = held.filter((row) => labels[row] === label).length
      t.true(Math.abs(count - share * size) <= 1, `class ${label}: ${count} of ${size}`)
    }
  })
}

test('should follow from the stream alone and leave it where it is', (t) => {
  const random = seeded(2)
  const first = holdOut(0.2, labels, CLASSES, random)
  t.deepEqual(holdOut(0.2, labels, CLASSES, random), first)
  t.is(random.next(), seeded(2).next())
  t.notDeepEqual(holdOut(0.2, labels, CLASSES, seeded(3)), first)
})

test('should refuse a share of less than one row', (t) => {
  t.throws(() => holdOut(1e-4, labels, CLASSES, seeded(2)), {
    name: 'InvalidInputError',
    message: /^data\.validation: must be 0, or keep one of the 1000 training rows aside/
  })
})
