import { type Command, Option } from 'commander'
import type { Role } from '../../swarm/role.ts'
import type { BackendChoice } from '../../training/backends/candidate.ts'
import { backendOption } from '../backend-option.ts'
import { collect } from './simulate.ts'

export interface JoinFlags {
  readonly state?: string
  readonly data?: string
  readonly listen?: readonly string[]
  readonly outboundOnly?: true
  readonly role?: Role
  readonly backend?: BackendChoice
  readonly trainer?: string
  readonly set?: readonly string[]
  readonly key?: string
  readonly yes?: true
  readonly json?: true
}

const DETAILS = `
The manifest is fetched from any member and checked against the link. What this peer is goes into
DIR/peer.json, so that the commands peer, status, export and evaluate take --config DIR/peer.json, and
the same join goes on where it was. Ctrl-C ends it cleanly; again ends it at once.

Examples:
  swarmgrad join 'swarmgrad:bafyrei...?peer=...'
  swarmgrad join 'swarmgrad:bafyrei...?peer=...' --state my-peer --data my-table.csv
  swarmgrad join digits.swarm --state my-peer --set limits.uploadKBps=100

Exit status: 0 finished, 1 failed, 2 bad input.`

export const addJoinCommand = (program: Command): void => {
  program
    .command('join')
    .description('take part in a swarm that somebody has sent a link of')
    .argument('<link>', 'the link, in quotes, or the file that swarm create has written')
    .option('--state <folder>', 'where this peer lives (default: a folder for each swarm)')
    .option('--data <path>', 'your own data, in swarms where everybody brings theirs')
    .option(
      '--listen <address...>',
      'multiaddrs to listen on (default: a free TCP port, kept for good)'
    )
    .option('--outbound-only', 'listen nowhere: call others, and be called through relays only')
    .addOption(
      new Option('--role <role>', 'train, or only follow (default: trainer)').choices([
        'trainer',
        'observer'
      ])
    )
    .addOption(backendOption('what to compute with (default: the first that works)'))
    .option('--trainer <file>', 'your module for a model of kind custom')
    .option(
      '--set <path=value>',
      'set any field of peer.json (repeatable; docs/peer-config.md)',
      collect
    )
    .option(
      '--key <file>',
      "the creator's key: it lets its owner into a swarm that admits by invites"
    )
    .option('--yes', 'do not ask before joining')
    .option('--json', 'the log as JSON lines on stderr, and one JSON line for each round on stdout')
    .addHelpText('after', DETAILS)
    .action(async (link: string, flags: JoinFlags) => {
      const { joinSwarm } = await import('../join/join.ts')
      await joinSwarm(link, flags)
    })
}
