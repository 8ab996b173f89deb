import { freshness, type Weighting } from '../weighting.ts'
import type { Payload } from './kinds.ts'

/**
 * Share of its weight that an exchange is mixed with at the end whose side is `own`. What an end takes,
 * times what it counts for, is what the other gives, so the mean in which all count stays where it is:
 *
 * samples: min(1, n_j / n_i) of n_i and n_j rows (Metropolis et al. 1953, for the weights n); staleness: the
 * same at both ends.
 */
export const edgeShare = (weighting: Weighting, own: Payload, theirs: Payload): number => {
  switch (weighting) {
    case 'samples':
      return Math.min(1, (theirs.worth ?? 1) / (own.worth ?? 1))
    case 'staleness':
      return freshness(Math.abs((own.round ?? 0) - (theirs.round ?? 0)))
    case 'uniform':
    case 'gain':
      return 1
  }
}
