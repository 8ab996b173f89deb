/** A peer in somebody's own program: the daemon without its command, files as with it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { InvalidInputError, RunFailedError } from '../errors.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import type { PeerName } from '../strategy/strategy.ts'
import { toBase64url } from '../swarm/base64url.ts'
import { parseLink } from '../swarm/link.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import { ask } from './compute-thread.ts'
import { type PeerConfig, parsePeerConfig, type peerConfigSchema } from './config.ts'
import { createLog } from './log.ts'
import type { PeerStatus } from './monitor/status.ts'
import { type Peer, startPeer } from './peer.ts'
import { resolveLink } from './resolve-link.ts'

const SECOND = 1000

type Document = z.input<typeof peerConfigSchema>

/**
 * What docs/peer-config.md lists, in an object. Paths are relative to the working directory. Three fields
 * are as a program wants them, not a daemon: `http` is null and `logLevel` silent unless they are given,
 * and `manifest` may be left out where there is a `link`.
 */
export interface CreatePeerOptions extends Omit<Document, 'manifest' | 'trainer'> {
  /** What all peers of the swarm agree on. */
  readonly manifest?: Document['manifest']
  /** In its place: a link that `swarmgrad swarm invite` has printed. */
  readonly link?: string
  /** The module that trains a model of kind `custom`: a path, or a file: URL. */
  readonly trainer?: string | URL | null
  /** Every round of this peer, as it completes. */
  readonly onRound?: (record: RoundRecord) => void
  /** Gives up looking for the manifest of a link. */
  readonly signal?: AbortSignal
  /** Name and version of the program, for status and records. @default embedded */
  readonly version?: string
}

export interface EmbeddedPeer {
  /** Its libp2p peer id. */
  readonly name: PeerName
  /** Null: a bootstrap peer, which has no replica. */
  readonly layout: Layout | null
  /** Multiaddrs, with /p2p/, under which others reach it. */
  addresses(): readonly string[]
  /** All that it knows of itself (docs/operating.md explains each field). */
  status(): PeerStatus
  /** A copy of the replica, float32. // [layout.length] */
  replica(): Promise<Vector>
  /** Writes it as a safetensors file. */
  save(path: string): Promise<void>
  /** Settles when the run has come to its end, or `leave` has; rejects when the peer is broken. */
  readonly finished: Promise<void>
  /** Finishes the round in progress, keeps what there is and parts from the neighbours; then `finished`. */
  leave(): void
  /** Leaves, for `graceSeconds` at the most, and lets go of sockets, threads and files. */
  stop(): Promise<void>
}

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

/** What a link stands for. */
const joined = async (text: string, signal: AbortSignal) => {
  const link = parseLink(text)
  const failures: string[] = []
  const found = await resolveLink(link, {
    signal,
    onFailure: ({ path, rule }) => failures.push(`${path} ${rule}`)
  })
  if (found === null) {
    throw new RunFailedError(`nobody has given the manifest:\n${failures.join('\n')}`)
  }
  const { manifest, signature } = found.signed
  const peers = [...new Set([found.address, ...link.peers])]
  return { manifest, signature: toBase64url(signature), peers, invite: link.invite }
}

const configFor = async (options: CreatePeerOptions): Promise<PeerConfig> => {
  const { link, trainer = null, onRound: _, signal, version: __, manifest, ...rest } = options
  const document = {
    http: null,
    logLevel: 'silent' as const,
    ...rest,
    trainer: trainer instanceof URL ? fileURLToPath(trainer) : trainer
  }
  if (link === undefined) {
    if (manifest !== undefined) return parsePeerConfig({ ...document, manifest })
    return refuse('manifest', 'missing, and there is no link', 'give one of the two')
  }
  if (manifest !== undefined) return refuse('link', 'names a manifest, too', 'give one of the two')
  const { peers, ...swarm } = await joined(link, signal ?? new AbortController().signal)
  const bootstrap = [...peers, ...(rest.bootstrap ?? [])]
  return parsePeerConfig({ ...document, ...swarm, bootstrap })
}

const embedded = (peer: Peer, { graceSeconds }: PeerConfig): EmbeddedPeer => {
  const { network, compute, monitor, finished } = peer
  let stopping: Promise<void> | null = null
  return {
    name: network.self,
    layout: compute?.layout ?? null,
    addresses: () => network.addresses(),
    status: () => monitor.status(),
    replica: async () => {
      if (compute === null)
        return refuse('role', 'a bootstrap peer has no replica', 'ask a trainer')
      const broken = finished.then(() => new Promise<never>(() => {}))
      const asked = ask<'replica'>(compute, { type: 'replica' })
      return (await Promise.race([asked, broken])).replica
    },
    save: (path) => peer.save(path),
    finished,
    leave: () => peer.leave(),
    stop: () => {
      stopping ??= (async () => {
        peer.leave()
        const grace = sleep(graceSeconds * SECOND, undefined, { ref: false })
        await Promise.race([finished.catch(() => {}), grace])
        await peer.stop()
      })()
      return stopping
    }
  }
}

/**
 * Starts a peer in this process: its event loop has the protocol, a thread of its own computes. With a
 * manifest whose model is `custom`, `trainer` names the module of a trainer (docs/library.md).
 *
 * @throws InvalidInputError with everything that is wrong with the options, the data or the trainer;
 * RunFailedError where nobody has the manifest of the link
 * @example
 * const peer = await createPeer({ link, state: 'state', onRound: ({ round, loss }) => console.log(round, loss) })
 * await peer.finished
 * await peer.save('model.safetensors')
 * await peer.stop()
 */
export const createPeer = async (options: CreatePeerOptions): Promise<EmbeddedPeer> => {
  const config = await configFor(options)
  const peer = await startPeer(config, {
    log: createLog(config.logLevel, config.logFormat),
    version: options.version ?? 'embedded',
    onRecord: (record) => options.onRound?.(record)
  })
  return embedded(peer, config)
}
