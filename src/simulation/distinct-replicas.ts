import type { Vector } from '../vector/vector.ts'

const same = (a: Uint32Array, b: Uint32Array): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const hashOf = (words: Uint32Array): number => {
  let hash = 0
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193)
  return hash
}

/** How many of the replicas differ from each other in any bit. */
export const distinctReplicas = (replicas: readonly Vector[]): number => {
  const known = new Map<number, Uint32Array[]>()
  let count = 0
  for (const { buffer, byteOffset, length } of replicas) {
    const words = new Uint32Array(buffer, byteOffset, length)
    const hash = hashOf(words)
    const alike = known.get(hash) ?? []
    if (alike.some((other) => same(words, other))) continue
    known.set(hash, [...alike, words])
    count++
  }
  return count
}
