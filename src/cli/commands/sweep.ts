import type { Command } from 'commander'
import { collect } from './simulate.ts'

export interface SweepFlags {
  readonly grid?: readonly string[]
  readonly set?: readonly string[]
  readonly seeds?: string
  readonly jobs?: string
  readonly out?: string
  readonly force?: true
  readonly json?: true
}

const EXAMPLES = `
Examples:
  swarmgrad sweep simulations/quickstart --set mode=virtual --grid strategy.density=0.003,0.01 --seeds 3
  swarmgrad sweep simulations/quickstart --grid 'topology={"name":"ring"},{"name":"torus"}' --jobs 2

A sweep that was stopped goes on where it was when the same command is given again.

Exit status: 0 finished, 1 a run failed, 2 bad input, 130 stopped before all runs were done.`

export const addSweepCommand = (program: Command): void => {
  program
    .command('sweep')
    .description('run a scenario over a grid of settings and several seeds')
    .argument('<scenario>', 'folder with a scenario.json, or the file itself')
    .option('--grid <path=v1,v2,...>', 'an axis: values of one field (repeatable)', collect)
    .option('--set <path=value>', 'override a field in all runs (repeatable)', collect)
    .option('--seeds <number or list>', "3 for 1,2,3; or 1,2,5 (default: the scenario's own)")
    .option('--jobs <number>', 'runs at once (default: one for each core; live scenarios: 1)')
    .option('--out <folder>', "where the sweep's files go (default: runs/sweep-<name>)")
    .option('--force', 'start over where another sweep was, and remove its runs')
    .option('--json', 'print summary.json on stdout, and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: SweepFlags) => {
      const { sweep } = await import('../sweep.ts')
      await sweep(path, flags)
    })
}
