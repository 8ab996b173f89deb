import test from 'ava'
import { float16 } from '../../src/compression/float16.ts'
import { createCompressor } from '../../src/compression/index.ts'
import { compressorContract } from './compressor.ts'
import { asHalves, exact, inBlocks, sparse } from './compressor-oracle.ts'

const LARGEST_FLOAT = 3.4028234663852886e38

compressorContract('float16', float16, asHalves, 65504)
compressorContract('none', createCompressor({ name: 'none' }), exact, LARGEST_FLOAT)
compressorContract('int8', createCompressor({ name: 'int8' }), inBlocks(127), 127 * 65504)
compressorContract('int4', createCompressor({ name: 'int4' }), inBlocks(7), 7 * 65504)
for (const fraction of [0.01, 0.1, 0.5, 1]) {
  compressorContract(
    `top-k+int8 at ${fraction}`,
    createCompressor({ name: 'top-k+int8', fraction }),
    sparse(fraction, 127),
    127 * 65504
  )
  compressorContract(
    `top-k+int4 at ${fraction}`,
    createCompressor({ name: 'top-k+int4', fraction }),
    sparse(fraction, 7),
    7 * 65504
  )
}

test('every compressor should carry the name that a recipe gives it', (t) => {
  for (const name of ['none', 'int8', 'int4'] as const) t.is(createCompressor({ name }).name, name)
  for (const name of ['top-k+int8', 'top-k+int4'] as const) {
    t.is(createCompressor({ name, fraction: 0.1 }).name, name)
  }
})
