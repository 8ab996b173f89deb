import type { CompressionConfig } from '../swarm/recipe.ts'
import type { Compressor } from './compressor.ts'
import { int4 } from './int4.ts'
import { int8 } from './int8.ts'
import { none } from './none.ts'
import { topK } from './top-k.ts'

/** The closed registry: a name in a recipe gives a compressor. `float16` is internal to an edge. */
export const createCompressor = (config: CompressionConfig): Compressor => {
  switch (config.name) {
    case 'none':
      return none
    case 'int8':
      return int8
    case 'int4':
      return int4
    case 'top-k+int8':
      return topK(config.fraction, 8)
    case 'top-k+int4':
      return topK(config.fraction, 4)
  }
}
