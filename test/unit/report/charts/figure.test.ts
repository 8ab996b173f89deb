import test from 'ava'
import { mark } from '../../../../src/report/charts/figure.ts'

test('should count the rows of its columns', (t) => {
  t.deepEqual(mark('dot', { x: [1, 2], y: [3, null] }, { r: 2 }), {
    mark: 'dot',
    length: 2,
    options: { x: [1, 2], y: [3, null], r: 2 }
  })
})

test('should refuse columns of different lengths', (t) => {
  t.throws(() => mark('dot', { x: [1, 2], y: [3] }), { instanceOf: RangeError })
})
