/** `swarmgrad swarm invite`: the one line that a friend needs. */
import { resolve } from 'node:path'
import { InvalidInputError, type Problem } from '../../errors.ts'
import { makeInvite } from '../../network/door/signing.ts'
import { peerNameOf } from '../../network/peer-name.ts'
import { type CreatorKey, creatorKeyFile, readCreatorKey } from '../../storage/creator-key.ts'
import { cidOf } from '../../swarm/cid.ts'
import { inviteText, MAX_USES } from '../../swarm/invite.ts'
import { formatLink, MAX_LINK_PEERS } from '../../swarm/link.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { peerOf } from '../../swarm/multiaddr.ts'
import type { InviteFlags } from '../commands/swarm.ts'
import { durationFlag } from '../duration-flag.ts'
import { numberFlag } from '../number-flag.ts'
import { ownAddresses } from './own-addresses.ts'
import { resolveSource } from './resolve.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

/** The key that has made this swarm. @throws InvalidInputError where it is not there */
export const creatorKeyFor = async (
  { creator }: Pick<Manifest, 'creator'>,
  flag: string | undefined
): Promise<CreatorKey> => {
  const path = flag === undefined ? creatorKeyFile() : resolve(flag)
  const key = await readCreatorKey(path)
  const remedy = 'give the key that swarm create has named, with --key; only its owner can invite'
  if (key === null) return refuse('--key', `there is no ${path}`, remedy)
  const name = await peerNameOf(key.seed)
  if (name === creator) return key
  return refuse(
    '--key',
    `${path} is the key of ${name}, and ${creator} has made this swarm`,
    remedy
  )
}

/** In a swarm that admits by invites, a new one; null in others. */
const inviteFor = async (
  { admission, creator }: Manifest,
  hash: string,
  { expires = '7d', uses = '0', key: flag }: InviteFlags
): Promise<string | null> => {
  const lasting = durationFlag(expires, '--expires')
  const rule = { flag: '--uses', least: 0, most: MAX_USES, example: '5' }
  const terms = {
    expires: lasting === null ? 0 : Date.now() + lasting,
    uses: numberFlag(uses, rule)
  }
  if (admission?.kind !== 'invite') return null
  const key = await creatorKeyFor({ creator }, flag)
  return inviteText(await makeInvite(hash, key.seed, terms))
}

const flagProblems = ({ admission }: Manifest, flags: InviteFlags): readonly Problem[] => {
  const wrongPeers = (flags.peer ?? [])
    .filter((address) => peerOf(address) === null)
    .map((address) => ({
      path: '--peer',
      rule: `is no multiaddr of a peer: ${address.slice(0, 200)}`,
      remedy: 'give one such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW...'
    }))
  const terms = (['expires', 'uses'] as const).filter((name) => flags[name] !== undefined)
  if (admission?.kind === 'invite') return wrongPeers
  const rule = `says nothing here: this swarm admits ${admission?.kind === 'allow-list' ? 'those on its list' : 'anybody'}`
  return [...wrongPeers, ...terms.map((name) => ({ path: `--${name}`, rule, remedy: 'remove it' }))]
}

export const inviteToSwarm = async (given: string, flags: InviteFlags): Promise<void> => {
  const { signed, peers: known } = await resolveSource(given)
  const { manifest, hash } = signed
  const problems = flagProblems(manifest, flags)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const invite = await inviteFor(manifest, hash, flags)
  const own = flags.config === undefined ? [] : await ownAddresses(flags.config, hash)
  const peers = [...new Set([...(flags.peer ?? []), ...own, ...known])].slice(0, MAX_LINK_PEERS)
  if (peers.length === 0) {
    say('no address goes into this link: who has it finds members on the local network only')
    say('(--config DIR/peer.json takes those of the peer that runs here, --peer takes others)')
  }
  const link = formatLink({ cid: cidOf(hash), peers, invite })
  process.stdout.write(`${link}\n`)
  if (process.stderr.isTTY) say(`\nothers run:  npx swarmgrad join '${link}'`)
}
