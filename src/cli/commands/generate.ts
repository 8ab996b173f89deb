import type { Command } from 'commander'
import type { BackendChoice } from '../../training/backends/candidate.ts'
import { backendOption } from '../backend-option.ts'

export interface GenerateFlags {
  readonly config: string
  readonly from?: string
  readonly prompt: string
  readonly tokens: string
  readonly temperature: string
  readonly topK?: string
  readonly seed?: string
  readonly backend: BackendChoice
}

const DETAILS = `
For the model gpt. Prints the prompt and what follows it, character by character. The characters are
those of the text that the model learns from (data.path in the document).

Examples:
  swarmgrad generate --config peer.json --prompt "ROMEO:" --tokens 500
  swarmgrad generate --config peer.json --prompt "ROMEO:" --temperature 0

Exit status: 0 finished, 1 failed, 2 bad input.`

export const addGenerateCommand = (program: Command): void => {
  program
    .command('generate')
    .description("let a peer's language model continue a text")
    .requiredOption('--config <file>', "the peer's own document")
    .requiredOption('--prompt <text>', 'what it begins with')
    .option('--tokens <n>', 'characters, or bytes, to add', '200')
    .option('--temperature <t>', 'below 1: likelier characters; 0: the likeliest only', '0.8')
    .option('--top-k <k>', 'draw from the k likeliest only')
    .option('--seed <n>', 'the same draws again (without: others each time)')
    .option('--from <path>', "a safetensors file, or a checkpoint's or a peer's state folder")
    .addOption(backendOption('what to compute with').default('wasm'))
    .addHelpText('after', DETAILS)
    .action(async (flags: GenerateFlags) => {
      const { generate } = await import('../generate.ts')
      await generate(flags)
    })
}
