import { type Command, Option } from 'commander'
import { backendOption } from '../backend-option.ts'

export interface SimulateFlags {
  readonly set?: readonly string[]
  readonly seed?: string
  readonly backend?: string
  readonly live?: true
  readonly virtual?: true
  readonly dashboard?: true
  readonly out?: string
  readonly json?: true
}

/** Of an option that may be given several times. */
export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value
]

const EXAMPLES = `
Examples:
  swarmgrad simulate simulations/quickstart
  swarmgrad simulate simulations/quickstart --live --dashboard
  swarmgrad simulate simulations/quickstart --virtual --set peers=32 --seed 2
  swarmgrad simulate simulations/quickstart --set 'topology={"name":"ring"}' --json

Exit status: 0 finished (also after Ctrl-C), 1 failed, 2 bad input.`

export const addSimulateCommand = (program: Command): void => {
  program
    .command('simulate')
    .description('run a scenario: a whole swarm on this machine')
    .argument('<scenario>', 'folder with a scenario.json, or the file itself')
    .option('--set <path=value>', 'override a field of the scenario (repeatable)', collect)
    .option('--seed <number>', 'override the seed')
    .addOption(backendOption('what every peer computes with (default: wasm)'))
    .addOption(new Option('--live', 'real peer processes over TCP').conflicts('virtual'))
    .addOption(new Option('--virtual', 'one process, virtual time').conflicts('live'))
    .option('--dashboard', 'a page with all peers of a live run, for as long as it goes on')
    .option('--out <folder>', 'where results.json and rounds.jsonl go (default: below runs/)')
    .option('--json', 'print results.json on stdout, and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: SimulateFlags) => {
      // Loaded only now: a peer's command has no use for it, and --help should be quick.
      const { simulate } = await import('../simulate.ts')
      await simulate(path, flags)
    })
}
