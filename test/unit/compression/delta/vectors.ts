import type { DeltaCodeOptions, DeltaSelection } from '../../../../src/compression/delta/index.ts'
import type { Random } from '../../../../src/random.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'

/** Sizes that are no multiple of anything, a tensor of one value and one of none. */
export const layout = layoutOf([
  { name: 'a', shape: [61, 47] },
  { name: 'bias', shape: [7] },
  { name: 'scalar', shape: [] },
  { name: 'none', shape: [0] },
  { name: 'b', shape: [3000] }
])

export const SELECTIONS: readonly DeltaSelection[] = [
  { kind: 'global' },
  { kind: 'chunk', size: 512 },
  { kind: 'chunk', size: 23 },
  { kind: 'chunk', size: 10_000 }
]

export const optionsOf = (
  values: DeltaCodeOptions['values'],
  selection: DeltaSelection,
  others: Partial<DeltaCodeOptions> = {}
): DeltaCodeOptions => ({
  layout,
  values,
  selection,
  maxDensity: 0.25,
  maxScale: 2 ** 30,
  ...others
})

/** How an element of a residual is drawn: what training makes, and what it hardly does. */
export const DRAWS: Readonly<Record<string, (random: Random, i: number) => number>> = {
  normal: (random) => 1e-3 * random.normal(),
  'heavy tails': (random) => 1e-3 * random.normal() ** 5,
  equal: () => -0.125,
  'two magnitudes': (random) => (random.integer(2) === 0 ? 0.5 : -0.25),
  'equal up to the last bits': (random) => 1 + random.integer(40) * 2 ** -23,
  'mostly zeros': (random) => (random.integer(300) === 0 ? random.normal() : -0),
  'all scales': (random) => random.normal() * 10 ** (random.integer(60) - 30),
  'one huge value': (random, i) => (i === 1234 ? 3e38 : 1e-3 * random.normal()),
  // A Rice parameter above the logarithm of the mean gap is the cheapest.
  'two distances': (_, i) => ([8, 17, 42, 51, 76].includes(i % 77) ? 1 : 0),
  ascending: (_, i) => 1e-6 * i,
  descending: (_, i) => 1 - 1e-4 * i,
  'waves in step with the lines of a cache': (random, i) =>
    (i % 16 === 3 ? 1 : 1e-4) * random.next()
}
