import { freshness } from '../weighting.ts'
import type { ServerOptions } from './options.ts'

/** What an update counts for that is `staleness` updates old (Zhang et al. 2016: 1 / staleness). */
export const stalenessFactor = (rule: ServerOptions['staleness'], staleness: number): number => {
  switch (rule) {
    case 'inverse':
      return freshness(staleness)
    case 'inverse-from-one':
      return 1 / Math.max(1, staleness)
    case 'none':
      return 1
  }
}
