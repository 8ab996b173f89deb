import type { Command } from 'commander'
import type { BackendChoice } from '../../training/backends/candidate.ts'
import { backendOption } from '../backend-option.ts'

export interface EvaluateFlags {
  readonly config: string
  readonly from?: string
  readonly backend?: BackendChoice
  readonly json?: true
}

const DETAILS = `
The data are this machine's (data.path in the document). Without --from the replica is that of the
peer that runs on this state folder, else the newest checkpoint in it, else what the last run has left.

Exit status: 0 finished, 1 failed, 2 bad input.`

export const addEvaluateCommand = (program: Command): void => {
  program
    .command('evaluate')
    .description("measure a peer's model on the test set")
    .requiredOption('--config <file>', "the peer's own document")
    .option('--from <path>', "a safetensors file, or a checkpoint's or a peer's state folder")
    .addOption(backendOption('what to compute with, whatever the document says'))
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .addHelpText('after', DETAILS)
    .action(async (flags: EvaluateFlags) => {
      const { evaluate } = await import('../evaluate.ts')
      await evaluate(flags)
    })
}
