import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { topK } from '../../../../src/compression/top-k.ts'
import { ServerCompute } from '../../../../src/strategy/parameter-server/compute.ts'
import { averagingTrainers, quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'

const LENGTH = 40
const optimizer = { name: 'sgd', rate: 1, momentum: 0 } as const

test('what a code loses should go into later updates, element by element', (t) => {
  const compressor = topK(0.1, 8)
  const [trainer] = quadraticTrainers(1, LENGTH, 0.1, 2)
  const compute = new ServerCompute({ shards: 3, compressor, optimizer }, trainer!)
  const zero = new Float32Array(LENGTH)
  const sent = new Float64Array(LENGTH)
  const moved = new Float64Array(LENGTH)
  const ranges = [0, 13, 26, LENGTH]
  for (let round = 0; round < 30; round++) {
    compute.run({ kind: 'local-steps', steps: 1, from: round })
    for (let i = 0; i < LENGTH; i++) moved[i] = moved[i]! + (zero[i]! - compute.replica[i]!)
    const encoded = compute.run({ kind: 'encode' })
    if (encoded.kind !== 'encoded') return t.fail()
    encoded.updates.forEach((bytes, shard) => {
      const [from, to] = [ranges[shard]!, ranges[shard + 1]!]
      const update = new Float32Array(to - from)
      compressor.addDecoded(bytes!, update)
      update.forEach((value, i) => {
        sent[from + i] = sent[from + i]! + value
      })
      // The same parameters every time: each round moves them alike.
      const params = none.encode(zero.slice(from, to))
      compute.run({ kind: 'adopt', shard, bytes: params, counted: true })
    })
  }
  const saved = compute.run({ kind: 'checkpoint' })
  if (saved.kind !== 'checkpoint') return t.fail()
  const residual = saved.compute.vectors['residual']!
  for (let i = 0; i < LENGTH; i++) {
    const apart = Math.abs(sent[i]! + residual[i]! - moved[i]!)
    t.true(apart < 1e-4, `element ${i}: ${sent[i]} and ${residual[i]} of ${moved[i]}`)
  }
  t.true(sent.filter((value) => value !== 0).length > 20, 'hardly anything was sent')
  return undefined
})

test('an update that is not finite should be none, and the next one be whole again', (t) => {
  const [trainer] = averagingTrainers(1, LENGTH, 1)
  const compute = new ServerCompute({ shards: 2, compressor: none, optimizer }, trainer!)
  compute.replica[3] = Number.NaN
  const bad = compute.run({ kind: 'encode' })
  if (bad.kind !== 'encoded') return t.fail()
  t.is(bad.updates[0], null)
  t.not(bad.updates[1], null)
  const params = none.encode(trainer!.initial().slice(0, LENGTH / 2))
  compute.run({ kind: 'adopt', shard: 0, bytes: params, counted: false })
  const good = compute.run({ kind: 'encode' })
  return t.true(good.kind === 'encoded' && good.updates.every((bytes) => bytes !== null))
})

test('a copy of a shard should go on as its original does, moments and gathered updates with it', (t) => {
  for (const server of [
    { name: 'sgd', rate: 0.5, momentum: 0.9 },
    { name: 'adam', rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }
  ] as const) {
    const [trainer] = averagingTrainers(1, LENGTH, 1)
    const make = () =>
      new ServerCompute({ shards: 1, compressor: none, optimizer: server }, trainer!)
    const update = (i: number) =>
      none.encode(Float32Array.from({ length: LENGTH }, (_, k) => Math.sin(i + k)))
    const original = make()
    original.run({ kind: 'found', shard: 0, anew: false })
    for (let i = 0; i < 5; i++) {
      original.run({ kind: 'gather', shard: 0, bytes: update(i), weight: 2 })
      original.run({ kind: 'close', shard: 0, total: 2 })
    }
    original.run({ kind: 'gather', shard: 0, bytes: update(9), weight: 3 })
    const snapshot = original.run({ kind: 'snapshot', shard: 0 })
    if (snapshot.kind !== 'snapshot') return t.fail()
    const copy = make()
    const { steps, vectors } = snapshot
    copy.run({ kind: 'restore', shard: 0, steps, vectors })
    for (const compute of [original, copy]) {
      compute.run({ kind: 'gather', shard: 0, bytes: update(10), weight: 1 })
      compute.run({ kind: 'close', shard: 0, total: 4 })
      compute.run({ kind: 'step', shard: 0, bytes: update(11), scale: 0.25 })
    }
    t.deepEqual(copy.run({ kind: 'read', shard: 0 }), original.run({ kind: 'read', shard: 0 }))
  }
  return undefined
})
