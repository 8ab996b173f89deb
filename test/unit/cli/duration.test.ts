import test from 'ava'
import { durationOf } from '../../../src/cli/duration.ts'

test('should show seconds, minutes and hours', (t) => {
  t.deepEqual([0, 0.4, 59.4, 59.6, 125, 3599.6, 3720].map(durationOf), [
    '0s',
    '0s',
    '59s',
    '1m00s',
    '2m05s',
    '1h00m',
    '1h02m'
  ])
})
