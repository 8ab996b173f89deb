/** One peer in this process, from its document to its last file: what `peer` and `join` have in common. */
import { join } from 'node:path'
import type { ComputeThread } from '../peer/compute-thread.ts'
import type { PeerConfig } from '../peer/config.ts'
import { serveFor } from '../peer/finale.ts'
import { type Log, setLevel } from '../peer/log.ts'
import { type Peer, type ShownPeer, startPeer } from '../peer/peer.ts'
import { changesOf, takenOver } from '../peer/reload.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { cannotKeep } from '../storage/disk-error.ts'
import { type PeerSummary, REPLICA_FILE, SUMMARY_FILE } from '../storage/peer-summary.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { servePeer } from './serve-peer.ts'
import { versionOfProgram } from './version.ts'

const SECOND = 1000

const summaryOf = async (
  peer: Peer,
  { rows, classes, backend }: ComputeThread,
  shard: number
): Promise<PeerSummary> => {
  const { accuracy, testLoss, computeSeconds, trouble } = await peer.measure()
  const replicaHash = await peer.fingerprint()
  return {
    peer: shard,
    status: 'finished',
    rows,
    accuracy,
    loss: testLoss,
    alone: null,
    classes: classes === null ? null : [...classes],
    link: null,
    stepMs: null,
    replicaHash,
    ...peer.counters.tally(),
    ...trouble,
    backend,
    computeSeconds,
    socketBytesSent: peer.network.socketBytesSent()
  }
}

/** What a peer leaves behind for whoever looks at its state folder. */
const writeResults = async (peer: Peer, { state, shard }: PeerConfig, log: Log): Promise<void> => {
  const { compute } = peer
  if (compute === null) return
  const summary = await summaryOf(peer, compute, shard)
  await peer.save(join(state, REPLICA_FILE))
  const path = join(state, SUMMARY_FILE)
  await writeFileAtomic(path, `${JSON.stringify(summary, null, 2)}\n`).catch((error: unknown) => {
    throw cannotKeep('the summary', path, error)
  })
  log.info({ replicaHash: summary.replicaHash }, 'the end')
}

/** Takes over what a running peer can, and names what it cannot. Never rejects. */
const reload = async (
  peer: Peer,
  before: PeerConfig,
  read: () => Promise<PeerConfig>,
  log: Log
): Promise<PeerConfig> => {
  try {
    const after = await read()
    const { taken, restart } = changesOf(before, after)
    peer.reload(after)
    setLevel(log, after.logLevel)
    log.info({ taken }, 'read the config again')
    if (restart.length > 0) log.warn({ restart }, 'these change with the next start only')
    return takenOver(before, after)
  } catch (error) {
    log.error(`the config stays as it was: ${(error as Error).message}`)
    return before
  }
}

/** Resolves to false when the time is up that a peer has for its end; never, where nobody tells it to. */
const graceAfter = (signal: AbortSignal, seconds: () => number): Promise<false> =>
  new Promise((done) => {
    const wait = (): void => void setTimeout(() => done(false), seconds() * SECOND).unref()
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })

/** A daemon's last words belong into its log, whatever ends it. */
const logLastWords = (log: Log): void => {
  const fail = (err: unknown): void => {
    log.fatal({ err }, 'the peer ends')
    process.exit(1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
}

export interface Hosting {
  /** The document; read again when the process is told to (SIGHUP). */
  readonly read: () => Promise<PeerConfig>
  readonly log: Log
  /** Asks for a clean end; a process that hangs at its end is ended by a second signal. */
  readonly signal: AbortSignal
  readonly onRecord: (record: RoundRecord) => void
  /** Somebody looks on, from before the data are read; what it returns ends that. */
  readonly look?: (shown: ShownPeer) => () => void
}

/** Runs a peer to its end. @throws InvalidInputError for what cannot be used, before anything is joined */
export const hostPeer = async (
  first: PeerConfig,
  { read, log, signal, onRecord, look = () => () => {} }: Hosting
): Promise<void> => {
  let config = first
  logLastWords(log)
  const started = Promise.withResolvers<Peer>()
  let reloading = Promise.resolve()
  let over = false
  const onHangUp = (): void => {
    reloading = reloading.then(async () => {
      const peer = await started.promise
      if (!over) config = await reload(peer, config, read, log)
    })
  }
  process.on('SIGHUP', onHangUp)
  const outOfTime = graceAfter(signal, () => config.graceSeconds)
  const starting = startPeer(config, {
    log,
    version: versionOfProgram(),
    onRecord,
    serve: async (shown) => {
      const unserve = await servePeer(shown, config, log)
      const lookAway = look(shown)
      return async () => {
        lookAway()
        await unserve()
      }
    }
  })
  // Nothing has begun that would have to be kept.
  if (!(await Promise.race([starting, outOfTime]))) process.exit(0)
  const peer = await starting
  started.resolve(peer)
  try {
    signal.addEventListener('abort', () => peer.leave())
    if (signal.aborted) peer.leave()
    const ending = peer.finished.then(async () => {
      await writeResults(peer, config, log)
      await serveFor(config.serveAfterSeconds, signal)
      return true
    })
    const inTime = await Promise.race([ending, outOfTime])
    if (!inTime) log.warn('the round in progress was given up: the time to stop is over')
  } catch (error) {
    log.error({ err: error }, 'the peer ends')
    throw error
  } finally {
    // The handler stays: without one, the signal would end the process before the disk has all.
    over = true
    await peer.stop()
  }
}
