import type { Command } from 'commander'
import type { BackendChoice } from '../../training/backends/candidate.ts'
import { backendOption } from '../backend-option.ts'

export interface PeerFlags {
  readonly config: string
  readonly backend?: BackendChoice
  readonly initial?: string
  readonly bootstrap?: readonly string[]
  readonly json?: true
}

export const addPeerCommand = (program: Command): void => {
  program
    .command('peer')
    .description('run one peer of a swarm')
    .requiredOption('--config <file>', "the peer's own document (docs/peer-config.md)")
    .addOption(backendOption('what to compute with, whatever the document says'))
    .option(
      '--bootstrap <address...>',
      'multiaddrs through which others are found, beside those of the document'
    )
    .option('--initial <file>', 'a safetensors file that the replica begins with')
    .option('--json', 'print one JSON line per round on stdout')
    .action(async (flags: PeerFlags) => {
      const { runPeer } = await import('../run-peer.ts')
      await runPeer(flags)
    })
}
