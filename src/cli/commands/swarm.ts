import { type Command, Option } from 'commander'
import { collect } from './simulate.ts'

export interface CreateFlags {
  readonly from: string
  readonly set?: readonly string[]
  readonly name?: string
  readonly members?: string
  readonly admission?: 'open' | 'allow-list' | 'invite'
  readonly allow?: readonly string[]
  readonly sharing?: 'own' | 'public'
  readonly dataset?: string
  readonly samples?: string
  readonly rounds?: string
  readonly until?: string
  readonly trainer?: string
  readonly key?: string
  readonly out?: string
  readonly force?: true
  readonly json?: true
}

export interface InviteFlags {
  readonly peer?: readonly string[]
  readonly config?: string
  readonly expires?: string
  readonly uses?: string
  readonly key?: string
}

export interface ShowFlags {
  readonly json?: true
}

const CREATE = `
The manifest says what is trained, on which data, by whom and until when. It is signed, and nobody can
change it afterwards: another manifest is another swarm. The key that signs it is made the first time;
whoever loses it can make no more invites.

Examples:
  swarmgrad swarm create --from simulations/quickstart --members 12 --rounds 400
  swarmgrad swarm create --from my-model --sharing own --admission invite --until 2031-12-31
  swarmgrad swarm create --from my-model --sharing public --dataset files.json --samples 10000000

Exit status: 0 finished, 1 failed, 2 bad input.`

const INVITE = `
The link goes to stdout, and nothing else does. It holds a few addresses of members; others are found
from there. In a swarm that admits by invites it holds an invite of its own, and needs the creator's key.
A link has characters that shells eat: it goes into quotes.

Examples:
  swarmgrad swarm invite digits.swarm --config DIR/peer.json
  swarmgrad swarm invite digits.swarm --peer /dns4/example.org/tcp/4001/p2p/12D3KooW...
  swarmgrad swarm invite digits.swarm --config DIR/peer.json --expires 2d --uses 5

Exit status: 0 finished, 1 failed, 2 bad input.`

const SHOW = `
From a link the manifest is fetched from any member, and checked. Nothing is joined, and nothing kept.

Exit status: 0 finished, 1 failed, 2 bad input.`

const addCreate = (swarm: Command): void => {
  swarm
    .command('create')
    .description('make and sign the manifest of a swarm')
    .requiredOption('--from <scenario>', 'folder with a scenario.json, or the file itself')
    .option('--set <path=value>', 'override a field of the scenario (repeatable)', collect)
    .option('--name <name>', "the swarm's name (default: the scenario's)")
    .option('--members <number>', 'how many are expected (default: the peers of the scenario)')
    .addOption(
      new Option('--admission <kind>', 'who may join (default: open)').choices([
        'open',
        'allow-list',
        'invite'
      ])
    )
    .option('--allow <peerid...>', 'who may, with --admission allow-list')
    .addOption(
      new Option(
        '--sharing <kind>',
        'everybody on their own data, or on parts of public files'
      ).choices(['own', 'public'])
    )
    .option('--dataset <file>', 'the public files: JSON with name, urls, sha256 and bytes of each')
    .addOption(
      new Option('--samples <number>', 'the end: examples that all together have seen').conflicts(
        'rounds'
      )
    )
    .option('--rounds <number>', 'the end: rounds of every member')
    .option('--until <date>', 'the end at the latest, whatever has been trained')
    .option('--trainer <file>', 'the module of a model of kind custom')
    .option('--key <file>', "the creator's key")
    .option('--out <file>', 'where the manifest goes (default: NAME.swarm)')
    .option('--force', 'overwrite that file')
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .addHelpText('after', CREATE)
    .action(async (flags: CreateFlags) => {
      const { createSwarm } = await import('../swarm/create.ts')
      await createSwarm(flags)
    })
}

/** `swarm create`, `invite`, `show` and `id`. */
export const addSwarmCommand = (program: Command): void => {
  const swarm = program
    .command('swarm')
    .description('make a swarm that others can join, or look at one')
  addCreate(swarm)
  swarm
    .command('invite')
    .description('print a link that others can join by')
    .argument('<manifest>', 'the file that swarm create has written, or a link')
    .option('--peer <address...>', 'multiaddrs of members, each ending in /p2p/<peer id>')
    .option('--config <file>', 'the document of a peer that runs here: its addresses go in')
    .option(
      '--expires <time>',
      'how long the invite lets newcomers in: 12h, 7d, never (default: 7d)'
    )
    .option('--uses <number>', 'how many may come by it (default: any number)')
    .option('--key <file>', "the creator's key")
    .addHelpText('after', INVITE)
    .action(async (manifest: string, flags: InviteFlags) => {
      const { inviteToSwarm } = await import('../swarm/invite.ts')
      await inviteToSwarm(manifest, flags)
    })
  swarm
    .command('show')
    .description('say in plain words what a swarm is, and what joining it would take')
    .argument('<link>', 'a link, or the file that swarm create has written')
    .option('--json', 'print one JSON document on stdout, and nothing else')
    .addHelpText('after', SHOW)
    .action(async (link: string, flags: ShowFlags) => {
      const { showSwarm } = await import('../swarm/show.ts')
      await showSwarm(link, flags)
    })
  swarm
    .command('id')
    .description("print this machine's peer id for a state folder, for an allow-list")
    .requiredOption('--state <folder>', 'the folder that join will be given; made if need be')
    .action(async ({ state }: { readonly state: string }) => {
      const { printPeerId } = await import('../swarm/print-peer-id.ts')
      await printPeerId(state)
    })
}
