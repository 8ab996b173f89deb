import { checkCells } from '../../../../src/cli/sweep/cells.ts'
import { cellsOf, parseGrid } from '../../../../src/cli/sweep/grid.ts'
import { type Plan, runFolderOf } from '../../../../src/cli/sweep/plan.ts'

export const DOCUMENT = {
  name: 'tiny',
  peers: 4,
  model: { name: 'mlp', hidden: [8] },
  data: { name: 'glyphs' },
  training: { learningRate: 0.1, steps: 8 },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'ring' }
}

/** The plan of a sweep over DOCUMENT, as the command line makes it. */
export const planOf = (
  seeds: readonly number[],
  grid: readonly string[],
  document: object = DOCUMENT
): Plan => {
  const { axes } = parseGrid(grid)
  const { cells } = checkCells(document, axes, cellsOf(axes))
  return {
    name: 'tiny',
    path: 'tiny',
    document,
    overrides: [],
    axes,
    cells,
    seeds,
    runs: cells.flatMap((cell) =>
      seeds.map((seed) => ({ cell, seed, folder: runFolderOf(cell, seed) }))
    ),
    jobs: 1
  }
}
