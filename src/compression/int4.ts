import { addBlocks, blockBytes, checkBlocks, writeBlocks } from './blocks.ts'
import type { Compressor } from './compressor.ts'

/** 4.125 bits an element: codes -7..7 and a scale per 128 values (blocks.ts). */
export const int4: Compressor = {
  name: 'int4',
  maxBytes: (length) => blockBytes(length, 4),
  encode(values) {
    const bytes = new Uint8Array(blockBytes(values.length, 4))
    writeBlocks(values, 4, bytes, 0)
    return bytes
  },
  check: (bytes, length) => checkBlocks(bytes, 0, length, 4),
  addDecoded: (bytes, into) => addBlocks(bytes, 0, 4, into)
}
