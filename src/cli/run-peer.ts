import { dirname, join, resolve } from 'node:path'
import { type PeerConfig, parsePeerConfig } from '../peer/config.ts'
import { createLog } from '../peer/log.ts'
import { type Peer, startPeer } from '../peer/peer.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { type PeerSummary, REPLICA_FILE, SUMMARY_FILE } from '../storage/peer-summary.ts'
import type { PeerFlags } from './commands/peer.ts'
import { readDocument } from './read-document.ts'
import { stopSignal } from './signals.ts'

/** A manifest may hold a topology of a MiB, and a live run writes it with an indent. */
const MAX_MIB = 8

/** Paths in the file are relative to the file. */
const loadConfig = async (path: string): Promise<PeerConfig> => {
  const config = parsePeerConfig(await readDocument(path, MAX_MIB))
  const folder = dirname(resolve(path))
  const dataPath = config.data.path === null ? null : resolve(folder, config.data.path)
  const weightsPath = config.weights.path === null ? null : resolve(folder, config.weights.path)
  return {
    ...config,
    state: resolve(folder, config.state),
    data: { path: dataPath },
    weights: { path: weightsPath }
  }
}

const summaryOf = async (peer: Peer, shard: number): Promise<PeerSummary> => {
  const { accuracy, testLoss, computeSeconds, trouble } = await peer.measure()
  const replicaHash = await peer.fingerprint()
  return {
    peer: shard,
    status: 'finished',
    rows: peer.compute.rows,
    accuracy,
    loss: testLoss,
    alone: null,
    classes: peer.compute.classes === null ? null : [...peer.compute.classes],
    link: null,
    stepMs: null,
    replicaHash,
    ...peer.counters.tally(),
    ...trouble,
    backend: peer.compute.backend,
    computeSeconds,
    socketBytesSent: peer.network.socketBytesSent()
  }
}

export const runPeer = async (flags: PeerFlags): Promise<void> => {
  const { backend, ...rest } = await loadConfig(flags.config)
  const config = { ...rest, backend: flags.backend ?? backend }
  const { signal, release } = stopSignal()
  // Whoever reads the lines may go away: a launcher that died takes its peers with it.
  process.stdout.on('error', () => process.exit(1))
  const peer = await startPeer(config, createLog(config.logLevel), (record) => {
    if (flags.json === true) process.stdout.write(`${JSON.stringify(record)}\n`)
  })
  try {
    signal.addEventListener('abort', () => peer.leave())
    if (signal.aborted) peer.leave()
    await peer.finished
    const summary = await summaryOf(peer, config.shard)
    await peer.save(join(config.state, REPLICA_FILE))
    await writeFileAtomic(join(config.state, SUMMARY_FILE), `${JSON.stringify(summary, null, 2)}\n`)
  } finally {
    await peer.stop()
    release()
  }
}
