import { addBlocks, blockBytes, checkBlocks, writeBlocks } from './blocks.ts'
import type { Compressor } from './compressor.ts'

/** 8.125 bits an element: codes -127..127 and a scale per 128 values (blocks.ts). */
export const int8: Compressor = {
  name: 'int8',
  maxBytes: (length) => blockBytes(length, 8),
  encode(values) {
    const bytes = new Uint8Array(blockBytes(values.length, 8))
    writeBlocks(values, 8, bytes, 0)
    return bytes
  },
  check: (bytes, length) => checkBlocks(bytes, 0, length, 8),
  addDecoded: (bytes, into) => addBlocks(bytes, 0, 8, into)
}
