import { type Command, Option } from 'commander'

export interface ExportFlags {
  readonly config: string
  readonly from?: string
  readonly format: 'safetensors' | 'layers'
  readonly out: string
  readonly force?: true
}

const DETAILS = `
Without --from the replica is that of the peer that runs on this state folder, else the newest
checkpoint in it, else what the last run has left.

Examples:
  swarmgrad export --config peer.json --out model.safetensors
  swarmgrad export --config peer.json --format layers --out web/model

docs/exporting.md says what the formats hold and how Python and browsers open them.
Exit status: 0 finished, 1 failed, 2 bad input.`

export const addExportCommand = (program: Command): void => {
  program
    .command('export')
    .description("write a peer's model for Python or for browsers")
    .requiredOption('--config <file>', "the peer's own document")
    .requiredOption('--out <path>', 'the file, or for layers the folder, to write')
    .addOption(
      new Option('--format <name>', 'a file of tensors, or a folder that tf.loadLayersModel opens')
        .choices(['safetensors', 'layers'])
        .default('safetensors')
    )
    .option('--from <path>', "a safetensors file, or a checkpoint's or a peer's state folder")
    .option('--force', 'overwrite an earlier export')
    .addHelpText('after', DETAILS)
    .action(async (flags: ExportFlags) => {
      const { exportModel } = await import('../export/export.ts')
      await exportModel(flags)
    })
}
