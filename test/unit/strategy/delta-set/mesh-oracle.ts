/** Independent of src/strategy/delta-set: initial replica minus every delta once, in BigInt, hashed with node:crypto. */
import { createHash } from 'node:crypto'
import type { DeltaCodeOptions } from '../../../../src/compression/delta/index.ts'
import type { Delta } from '../../../../src/strategy/delta-set/kinds.ts'
import { integersOf, readSlowly } from '../../compression/delta/oracle.ts'

/** flags u8, samples u32, steps u16, step time f16, loss f16, weight u32; with flag 4: skips u64. */
const HEAD_BYTES = 15
const SKIPS_BYTES = 8

const skipsOf = (body: Buffer): number =>
  (body[0]! & 4) === 0 ? 0 : Number(body.readBigUInt64BE(HEAD_BYTES))

/** Those that no later delta of their origin has declared void. */
const standing = (deltas: readonly Delta[]): readonly Delta[] =>
  deltas.filter(
    ({ origin, seq }) =>
      !deltas.some((later) => {
        const base = later.seq - 1 - skipsOf(Buffer.from(later.body))
        return later.origin === origin && base < seq && seq < later.seq
      })
  )

const CHUNK = 65_536

export const replicaOf = (
  initial: Float32Array,
  deltas: readonly Delta[],
  options: DeltaCodeOptions
): Int32Array<ArrayBuffer> => {
  const sums = Array.from(initial, (x) => BigInt(Math.round(x * 2 ** 24)))
  for (const { body } of standing(deltas)) {
    const start = HEAD_BYTES + (skipsOf(Buffer.from(body)) > 0 ? SKIPS_BYTES : 0)
    const tensors = readSlowly(body.subarray(start), options)
    if (typeof tensors === 'string') throw new Error(tensors)
    for (const tensor of tensors) {
      if (tensor === null) continue
      const integers = integersOf(tensor)
      for (const [j, i] of tensor.indices.entries()) sums[i] = sums[i]! - BigInt(integers[j]!)
    }
  }
  return Int32Array.from(sums, (sum) => Number(BigInt.asIntN(32, sum)))
}

export const hashSlowly = (replica: Int32Array<ArrayBuffer>): string => {
  const bytes = Buffer.alloc(4 * replica.length)
  for (const [i, value] of replica.entries()) bytes.writeInt32LE(value, 4 * i)
  const root = createHash('sha256')
  for (let at = 0; at < bytes.length; at += CHUNK) {
    root.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + CHUNK))
        .digest()
    )
  }
  return root.digest('hex')
}
