/** `swarmgrad join`: from one line to a peer that trains. */
import { InvalidInputError, RunFailedError } from '../../errors.ts'
import { makeInvite } from '../../network/door/signing.ts'
import { peerNameOf } from '../../network/peer-name.ts'
import { createLog } from '../../peer/log.ts'
import { resolveLink } from '../../peer/resolve-link.ts'
import { readCreatorKey } from '../../storage/creator-key.ts'
import { loadIdentity } from '../../storage/identity.ts'
import { parseCid } from '../../swarm/cid.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { inviteText } from '../../swarm/invite.ts'
import type { JoinFlags } from '../commands/join.ts'
import { hostPeer } from '../host-peer.ts'
import { loadPeerConfig } from '../peer-config.ts'
import { harmless } from '../print-error.ts'
import { stopSignal } from '../signals.ts'
import { creatorKeyFor } from '../swarm/invite.ts'
import { sayFailure } from '../swarm/resolve.ts'
import { readSource, type Source } from '../swarm/source.ts'
import { agree } from './agree.ts'
import { documentFor } from './document.ts'
import { JoinLog } from './join-log.ts'
import { checkMayJoin } from './may-join.ts'
import { Place } from './place.ts'
import { JoinScreen } from './screen.ts'

const say = (text: string): void => void process.stderr.write(`${harmless(text)}\n`)

const hashOf = (source: Source): string =>
  source.kind === 'file' ? source.signed.hash : parseCid(source.link.cid)!

interface Found {
  readonly signed: SignedManifest
  /** Multiaddrs of some. */
  readonly members: readonly string[]
}

/** From the file, from an earlier join, or from whoever of the link has it; that may take until it is told to stop. */
const manifestFor = async (source: Source, place: Place, signal: AbortSignal): Promise<Found> => {
  if (source.kind === 'file') return { signed: source.signed, members: [] }
  const kept = await place.manifest(hashOf(source))
  const { link } = source
  if (kept !== null) return { signed: kept, members: link.peers }
  const members = link.peers.length === 1 ? 'the member' : `${link.peers.length} members`
  say(
    link.peers.length === 0
      ? 'the link names no address: asking the local network for the manifest'
      : `asking ${members} of the link for the manifest`
  )
  const found = await resolveLink(link, {
    signal,
    onFailure: sayFailure,
    onPause: (seconds) =>
      say(`nobody has it yet; all are asked again in ${seconds} s (Ctrl-C ends it)`)
  }).catch((error: unknown) => {
    throw signal.aborted ? new RunFailedError('stopped before the manifest was found') : error
  })
  const { signed, address } = found!
  return { signed, members: [...new Set([address, ...link.peers])] }
}

/** Who has made the swarm needs nobody's invite. */
const ownInvite = async (
  { manifest, hash }: SignedManifest,
  flags: JoinFlags
): Promise<string | null> => {
  if (manifest.admission?.kind !== 'invite') return null
  if (flags.key === undefined && (await readCreatorKey()) === null) return null
  const key = await creatorKeyFor(manifest, flags.key).catch((error: unknown) => {
    if (flags.key !== undefined || !(error instanceof InvalidInputError)) throw error
    return null
  })
  if (key === null) return null
  return inviteText(await makeInvite(hash, key.seed, { expires: 0, uses: 1 }))
}

export const joinSwarm = async (given: string, flags: JoinFlags): Promise<void> => {
  const source = await readSource(given)
  const hash = hashOf(source)
  const place = new Place(flags.state ?? null, hash)
  const before = await place.document(hash)
  // For good: a second signal ends a process that hangs at its end, too.
  const { signal } = stopSignal()
  const { signed, members } = await manifestFor(source, place, signal)
  const offered = source.kind === 'link' ? source.link.invite : null
  const kept = typeof before?.['invite'] === 'string' ? before['invite'] : null
  const invite = offered ?? kept ?? (await ownInvite(signed, flags))
  const self = await peerNameOf(await loadIdentity(place.folder))
  await checkMayJoin(signed, invite, self, before === null)
  const document = await documentFor({ signed, peers: members, invite, before }, flags)
  if (before === null && !(await agree(signed, place.folder, flags, signal))) {
    say('nothing has been joined')
    return
  }
  await place.write(signed, document)
  await run(place, flags, signal).catch(async (error: unknown) => {
    if (error instanceof InvalidInputError) await place.takeBack(before).catch(() => {})
    throw error
  })
}

const run = async (place: Place, { json }: JoinFlags, signal: AbortSignal): Promise<void> => {
  const read = () => loadPeerConfig(place.configFile)
  const config = await read()
  if (json === true) {
    process.stdout.on('error', () => process.exit(1))
    await hostPeer(config, {
      read,
      log: createLog(config.logLevel, 'json'),
      signal,
      onRecord: (record) => process.stdout.write(`${JSON.stringify(record)}\n`)
    })
    return
  }
  const screen = new JoinScreen(config, place.configFile)
  const log = new JoinLog(screen)
  signal.addEventListener('abort', () => screen.leave())
  try {
    await hostPeer(config, {
      read,
      log: createLog(config.logLevel, 'json', log.put),
      signal,
      onRecord: () => {},
      look: ({ monitor }) => screen.watch(monitor)
    })
  } finally {
    screen.stop()
  }
}
