import { type Command, Option } from 'commander'

export interface StatusFlags {
  readonly config?: string
  readonly state?: string
  readonly json?: true
  readonly watch?: true
}

const EXAMPLES = `
Examples:
  swarmgrad status --config peers/trainer/peer.json
  swarmgrad status --state /var/lib/swarmgrad --json

Exit status: 0 the peer runs and is healthy, 1 it does not run or is not healthy, 2 bad input.`

export const addStatusCommand = (program: Command): void => {
  program
    .command('status')
    .description('ask a running peer how it is')
    .addOption(new Option('--config <file>', "the peer's own document").conflicts('state'))
    .option('--state <folder>', "the peer's state folder (default: state)")
    .option('--json', 'print what the peer says of itself as JSON, and nothing else')
    .option('--watch', 'again every second, until Ctrl-C')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StatusFlags) => {
      const { status } = await import('../status.ts')
      await status(flags)
    })
}
