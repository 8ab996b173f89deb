import test from 'ava'
import { meanVector } from '../../../src/consensus/consensus-distance.ts'
import { seeded } from '../../../src/random.ts'
import { createAveraging } from '../../../src/training/averaging.ts'
import { distance } from '../../helpers/distance.ts'

const LENGTH = 3000
const PEERS = 5

const create = (seed = 1, peers = PEERS) =>
  createAveraging({ name: 'averaging', parameters: LENGTH }, peers, seeded(seed))

test('should begin every peer at a standard normal of its own, the same each time', (t) => {
  const { initial } = create()
  for (let peer = 0; peer < PEERS; peer++) {
    const replica = initial(peer)
    t.deepEqual(initial(peer), replica)
    t.deepEqual(create().initial(peer), replica)
    t.notDeepEqual(create(2).initial(peer), replica)
    const mean = replica.reduce((sum, x) => sum + x, 0) / LENGTH
    const variance = replica.reduce((sum, x) => sum + x * x, 0) / LENGTH
    t.true(Math.abs(mean) < 4 / Math.sqrt(LENGTH), `peer ${peer}: mean ${mean}`)
    t.true(Math.abs(variance - 1) < 4 * Math.sqrt(2 / LENGTH), `peer ${peer}: ${variance}`)
  }
  t.notDeepEqual(initial(0), initial(1))
})

test('should not change the beginnings of the others with the number of peers', (t) => {
  t.deepEqual(create(1, 50).initial(3), create(1, 4).initial(3))
})

test('should have half the mean square distance to the mean of all beginnings for its loss', (t) => {
  const averaging = create()
  const all = Array.from({ length: PEERS }, (_, peer) => averaging.initial(peer))
  const mean = meanVector(all)
  for (const replica of [...all, new Float32Array(LENGTH), Float32Array.from(mean)]) {
    const expected = distance(replica, mean) ** 2 / (2 * LENGTH)
    t.true(Math.abs(averaging.loss(replica) - expected) <= 1e-12 + 1e-9 * expected)
  }
  t.true(averaging.loss(Float32Array.from(mean)) < 1e-14)
})

test('should have nothing to descend', (t) => {
  const { samples, gradient } = create().source(0, seeded(1))
  t.is(samples, 0)
  const into = Float32Array.of(1, 2)
  t.is(gradient(new Float32Array(2), into), 0)
})
