import type { Command } from 'commander'

export interface PeerFlags {
  readonly config: string
  readonly json?: true
}

export const addPeerCommand = (program: Command): void => {
  program
    .command('peer')
    .description('run one peer of a swarm')
    .requiredOption('--config <file>', "the peer's own document (docs/simulating.md)")
    .option('--json', 'print one JSON line per round on stdout')
    .action(async (flags: PeerFlags) => {
      const { runPeer } = await import('../run-peer.ts')
      await runPeer(flags)
    })
}
