import test from 'ava'
import { Thinner } from '../../../../src/report/rounds/thinner.ts'

const fed = (most: number, count: number): Thinner<readonly number[]> => {
  const thinner = new Thinner<readonly number[]>(most, (a, b) => [...a, ...b])
  for (let i = 0; i < count; i++) thinner.add([i])
  return thinner
}

test('should keep every item of a short stream', (t) => {
  t.deepEqual(fed(8, 7).items, [[0], [1], [2], [3], [4], [5], [6]])
})

test('should lose and repeat nothing, keep the order and stay within its bound', (t) => {
  for (const most of [2, 3, 5, 8]) {
    for (let count = 0; count < 70; count++) {
      const { items, stride } = fed(most, count)
      t.true(items.length <= most, `${count} in ${most}`)
      t.deepEqual(
        items.flat(),
        Array.from({ length: count }, (_, i) => i),
        `${count} in ${most}`
      )
      const full = items.slice(0, -1)
      t.true(
        full.every(({ length }) => length === stride),
        `${count} in ${most}`
      )
    }
  }
})
