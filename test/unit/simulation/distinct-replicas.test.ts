import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { distinctReplicas } from '../../../src/simulation/distinct-replicas.ts'
import type { Vector } from '../../../src/vector/vector.ts'

/** By comparing the bytes of every pair. */
const bruteForce = (replicas: readonly Vector[]): number =>
  new Set(
    replicas.map((one) => Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('hex'))
  ).size

test('should count as brute force does, for replicas that are often alike', (t) => {
  const random = seeded(1)
  for (let trial = 0; trial < 300; trial++) {
    const length = 1 + random.integer(4)
    const replicas = Array.from({ length: random.integer(12) }, () =>
      Float32Array.from({ length }, () => random.integer(3) - 1)
    )
    t.is(distinctReplicas(replicas), bruteForce(replicas))
  }
})

test('should see a difference in one bit, wherever it is', (t) => {
  const one = Float32Array.from({ length: 40 }, (_, i) => i - 20)
  for (let bit = 0; bit < 32 * one.length; bit++) {
    const other = one.slice()
    const words = new Uint32Array(other.buffer)
    words[bit >> 5] = words[bit >> 5]! ^ (1 << (bit & 31))
    t.is(distinctReplicas([one, other, one.slice()]), 2, `bit ${bit}`)
  }
})

test('should take zeros of two signs for two, and equal NaNs for one', (t) => {
  t.is(distinctReplicas([Float32Array.of(0), Float32Array.of(-0)]), 2)
  t.is(distinctReplicas([Float32Array.of(NaN), Float32Array.of(NaN)]), 1)
})

test('should count replicas that are parts of one buffer', (t) => {
  const whole = Float32Array.of(1, 2, 1, 2, 1, 3)
  const parts = [0, 2, 4].map((at) => whole.subarray(at, at + 2))
  t.is(distinctReplicas(parts), 2)
})

test('should tell those apart whose hashes are equal', (t) => {
  // An odd factor leaves 2^31 as it is modulo 2^32, and the next word's highest bit cancels it: the
  // hash of both is zero.
  const words = Uint32Array.of(0x80000000, 0x80000000)
  const replicas = [new Float32Array(words.buffer), Float32Array.of(0, 0)]
  t.is(distinctReplicas(replicas), 2)
})

test('should count nothing as nothing', (t) => {
  t.is(distinctReplicas([]), 0)
})
