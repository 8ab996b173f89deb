import type { Command } from 'commander'
import { collect } from './simulate.ts'

export interface CompareFlags {
  readonly strategies?: string
  readonly set?: readonly string[]
  readonly seeds?: string
  readonly peers?: string
  readonly quick?: true
  readonly live?: true
  readonly jobs?: string
  readonly out?: string
  readonly force?: true
  readonly json?: true
}

const EXAMPLES = `
Examples:
  swarmgrad compare simulations/quickstart
  swarmgrad compare simulations/mnist-16 --seeds 3 --set data.path=FOLDER
  swarmgrad compare simulations/quickstart --strategies delta-set,gossip-averaging --quick
  swarmgrad compare simulations/quickstart --live --peers 4

Each strategy's settings are chosen on rows that are kept aside, then it runs on the scenario as it is, with other numbers
of peers, with lost frames and with peers that come and go. A comparison that was stopped goes on where it was when the
same command is given again.

Exit status: 0 finished, 1 a run failed, 2 bad input, 130 stopped before all runs were done.`

export const addCompareCommand = (program: Command): void => {
  program
    .command('compare')
    .description('run the strategies on a scenario, and say which to take')
    .argument('<scenario>', 'folder with a scenario.json, or the file itself')
    .option('--strategies <list>', 'such as delta-set,gossip-averaging (default: all that can)')
    .option('--seeds <number or list>', '3 for 1,2,3; or 1,2,5 (default: 3)')
    .option('--set <path=value>', 'override a field in all runs (repeatable)', collect)
    .option('--peers <list>', 'other numbers of peers to try (default: half and double)')
    .option('--quick', 'the scenario as it is only: no other numbers of peers, loss or churn')
    .option('--live', 'real peer processes over TCP (settings are chosen in virtual time)')
    .option('--jobs <number>', 'runs at once (default: one for each core; live runs: 1)')
    .option('--out <folder>', "where the comparison's files go (default: runs/compare-<name>)")
    .option('--force', 'start over where another comparison was, and remove its runs')
    .option('--json', 'print comparison.json on stdout, and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: CompareFlags) => {
      const { compare } = await import('../compare.ts')
      await compare(path, flags)
    })
}
