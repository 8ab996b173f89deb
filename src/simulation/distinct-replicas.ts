import { sameBits } from '../vector/same.ts'
import type { Vector } from '../vector/vector.ts'

const hashOf = ({ buffer, byteOffset, length }: Vector): number => {
  const words = new Uint32Array(buffer, byteOffset, length)
  let hash = 0
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193)
  return hash
}

/** How many of the replicas differ from each other in any bit. */
export const distinctReplicas = (replicas: readonly Vector[]): number => {
  const known = new Map<number, Vector[]>()
  let count = 0
  for (const replica of replicas) {
    const hash = hashOf(replica)
    const alike = known.get(hash) ?? []
    if (alike.some((other) => sameBits(replica, other))) continue
    known.set(hash, [...alike, replica])
    count++
  }
  return count
}
