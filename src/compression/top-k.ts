import type { Vector } from '../vector/vector.ts'
import { BitReader, BitWriter } from './bits.ts'
import { addBlocks, blockBytes, type CodeBits, checkBlocks, writeBlocks } from './blocks.ts'
import type { Compressor } from './compressor.ts'
import { largestIndices } from './largest.ts'
import { cheapestRice, MAX_RICE, readRice, riceBound, writeRice } from './rice.ts'

/** One byte: the Rice parameter. */
const HEADER = 1

/**
 * The k values of largest magnitude, k = max(1, round(fraction length)), the others as zero:
 * Rice parameter, gaps between the kept indices, then the kept values in blocks (blocks.ts).
 */
export const topK = (fraction: number, bits: CodeBits): Compressor => {
  const keptOf = (length: number): number =>
    Math.min(length, Math.max(1, Math.round(fraction * length)))

  const maxBytes = (length: number): number => {
    const k = keptOf(length)
    return HEADER + Math.ceil(riceBound(k, length) / 8) + blockBytes(k, bits)
  }

  return {
    name: `top-k+int${bits}`,
    maxBytes,
    encode(values) {
      const k = keptOf(values.length)
      const indices = largestIndices(values, k)
      const kept: Vector = new Float32Array(k)
      for (let i = 0; i < k; i++) kept[i] = values[indices[i]!]!

      const cost = cheapestRice(indices)
      const bytes = new Uint8Array(HEADER + Math.ceil(cost.bits / 8) + blockBytes(k, bits))
      bytes[0] = cost.parameter
      const writer = new BitWriter(bytes, HEADER)
      writeRice(indices, cost.parameter, writer)
      writeBlocks(kept, bits, bytes, writer.finish())
      return bytes
    },
    check(bytes, length) {
      const k = keptOf(length)
      const gapsEnd = bytes.length - blockBytes(k, bits)
      if (gapsEnd < HEADER || bytes.length > maxBytes(length)) return 'the length is wrong'
      const parameter = bytes[0]!
      if (parameter > MAX_RICE) return 'the Rice parameter is out of range'
      const reader = new BitReader(bytes, HEADER, gapsEnd)
      for (let i = 0, index = -1; i < k; i++) {
        index = readRice(reader, parameter, index)
        if (index < 0) return 'the indices end early'
        if (index >= length) return 'an index is out of range'
      }
      if (!reader.finished()) return 'the indices do not fill their bytes'
      return checkBlocks(bytes, gapsEnd, k, bits)
    },
    addDecoded(bytes, into) {
      const k = keptOf(into.length)
      const gapsEnd = bytes.length - blockBytes(k, bits)
      const kept: Vector = new Float32Array(k)
      addBlocks(bytes, gapsEnd, bits, kept)
      const parameter = bytes[0]!
      const reader = new BitReader(bytes, HEADER, gapsEnd)
      for (let i = 0, index = -1; i < k; i++) {
        index = readRice(reader, parameter, index)
        into[index] = into[index]! + kept[i]!
      }
    }
  }
}
