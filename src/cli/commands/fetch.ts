import type { Command } from 'commander'

export interface FetchFlags {
  readonly out?: string
  readonly final?: true
  readonly peer?: readonly string[]
  readonly force?: true
  readonly json?: true
}

const DETAILS = `
Members are asked what they have, and the best comes from the first that gives it: the final model where
the run is over, else that of the round it is in. Every part is checked against the hash that its source
has signed; a final model also against the signatures of the members that ended with it.

Examples:
  swarmgrad fetch 'swarmgrad:bafyrei...?peer=...'
  swarmgrad fetch 'swarmgrad:bafyrei...?peer=...' --final --out digits.safetensors

Exit status: 0 finished, 1 failed, 2 bad input.`

export const addFetchCommand = (program: Command): void => {
  program
    .command('fetch')
    .description("download a swarm's model without joining it")
    .argument('<link>', 'the link, in quotes, or the file that swarm create has written')
    .option('--out <file>', 'the safetensors file to write (default: NAME.safetensors)')
    .option('--final', 'only a model that the run has ended with')
    .option('--peer <address...>', 'multiaddrs of members, beside those of the link')
    .option('--force', 'overwrite the file')
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .addHelpText('after', DETAILS)
    .action(async (link: string, flags: FetchFlags) => {
      const { fetchModel } = await import('../fetch/fetch.ts')
      await fetchModel(link, flags)
    })
}
