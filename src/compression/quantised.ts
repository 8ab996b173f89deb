import { addBlocks, blockBytes, type CodeBits, checkBlocks, writeBlocks } from './blocks.ts'
import type { Compressor } from './compressor.ts'

/** Every value as an integer code of `bits`, with a scale per block (blocks.ts). */
export const quantised = (name: string, bits: CodeBits): Compressor => ({
  name,
  maxBytes: (length) => blockBytes(length, bits),
  encode(values) {
    const bytes = new Uint8Array(blockBytes(values.length, bits))
    writeBlocks(values, bits, bytes, 0)
    return bytes
  },
  check: (bytes, length) => checkBlocks(bytes, 0, length, bits),
  addDecoded: (bytes, into) => addBlocks(bytes, 0, bits, into)
})
