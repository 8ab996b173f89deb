import test from 'ava'
import { allReduceBytes, centralisedBytes } from '../../../src/simulation/baselines/bytes.ts'

test('should count what ring all-reduce sends', (t) => {
  // 4 peers, a vector of 10 in parts of 2.5: each sends 3 + 3 parts of 10 bytes, three times.
  t.is(allReduceBytes(4, 10, 3), 180)
  t.is(allReduceBytes(1, 10, 3), 0)
})

test('should count what sending the rows once costs', (t) => {
  // 100 rows of 784 fp32 are 313,600 bytes, shared by 4 peers.
  t.is(centralisedBytes(4, 100, 784), 78_400)
  t.is(centralisedBytes(4, 100, 0), 0)
})
