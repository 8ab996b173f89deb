/** What the compute half does for snapshots, against integer sums made by hand. */
import test from 'ava'
import {
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions
} from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import { hashOf } from '../../../../src/strategy/delta-set/chain.ts'
import {
  bytesOf,
  CHUNK_BYTES,
  chunkHashes
} from '../../../../src/strategy/delta-set/replica-hash.ts'
import { restoreTo, snapshotOf } from '../../../../src/strategy/delta-set/snapshot/replica-jobs.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import type { Bytes } from '../../../../src/vector/vector.ts'

const LENGTH = 40_000
const code: DeltaCodeOptions = {
  layout: layoutOf([{ name: 'x', shape: [LENGTH] }]),
  values: 'one-bit',
  selection: { kind: 'global' },
  maxDensity: 0.1,
  maxScale: 2 ** 26
}
const decoder = createDeltaDecoder(code)

const payloads = (count: number): Bytes[] => {
  const random = seeded(1)
  const encoder = createDeltaEncoder(code)
  return Array.from({ length: count }, () => {
    for (let i = 0; i < LENGTH; i++) encoder.residual[i]! += 0.01 * random.normal()
    return encoder.encode(0.01, 0.5)!
  })
}

const base = (seed: number): Int32Array<ArrayBuffer> => {
  const random = seeded(seed)
  return Int32Array.from({ length: LENGTH }, () => random.integer(2 ** 32) - 2 ** 31)
}

/** Wrap-around included. */
const sumOf = (start: Int32Array, deltas: readonly Bytes[], sign: bigint): Int32Array => {
  const sums = Array.from(start, BigInt)
  for (const payload of deltas) {
    const { count, indices, values } = decoder.decode(payload)
    for (let j = 0; j < count; j++) sums[indices[j]!]! += sign * BigInt(values[j]!)
  }
  return Int32Array.from(sums, (sum) => Number(BigInt.asIntN(32, sum)))
}

test('should give the replica without some of its deltas, and leave the replica alone', (t) => {
  const now = base(3)
  const before = now.slice()
  const undo = payloads(5)
  const expected = bytesOf(Int32Array.from(sumOf(now, undo, 1n)))
  const { hashes, bytes } = snapshotOf(now, decoder, { kind: 'snapshot', undo, keep: true }, hashOf)
  t.deepEqual(bytes, expected)
  t.deepEqual(hashes, chunkHashes(expected))
  t.deepEqual(now, before)
  t.is(snapshotOf(now, decoder, { kind: 'snapshot', undo, keep: false }, hashOf).bytes, null)
})

const chunksOf = (replica: Int32Array<ArrayBuffer>): Bytes[] => {
  const bytes = bytesOf(replica)
  const count = Math.ceil(bytes.length / CHUNK_BYTES)
  return Array.from({ length: count }, (_, i) =>
    bytes.slice(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)
  )
}

for (const share of [0, 0.25]) {
  test(`should take another replica, with ${share} of the way back in the residual`, (t) => {
    const old = base(4).map((x) => x >> 8)
    const next = base(5).map((x) => x >> 8)
    const kept = payloads(3)
    const expected = sumOf(next, kept, -1n)
    const vectors = {
      base: old.slice(),
      replica: new Float32Array(LENGTH),
      residual: new Float32Array(LENGTH).fill(0.5)
    }
    restoreTo(vectors, decoder, { kind: 'restore', chunks: chunksOf(next), kept, share })
    t.deepEqual(vectors.base, expected)
    t.deepEqual(
      vectors.replica,
      Float32Array.from(expected, (x) => x / 2 ** 24)
    )
    // Sent in full, the residual would bring the replica that share of the way back.
    let worst = 0
    for (let i = 0; i < LENGTH; i++) {
      const sent = expected[i]! / 2 ** 24 - (vectors.residual[i]! - 0.5)
      const wanted = ((1 - share) * expected[i]! + share * old[i]!) / 2 ** 24
      worst = Math.max(worst, Math.abs(sent - wanted))
    }
    // One rounding of float32 values below 1.
    t.true(worst < 2 ** -22, `${worst}`)
  })
}
