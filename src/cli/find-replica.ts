/** Where export, evaluate and generate have a replica from: a running peer, a checkpoint, or a file. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isThere } from '../data/files/is-there.ts'
import { InvalidInputError } from '../errors.ts'
import type { PeerConfig } from '../peer/config.ts'
import { readCheckpointFolder, readLatestCheckpoint } from '../storage/latest-checkpoint.ts'
import { REPLICA_FILE } from '../storage/peer-summary.ts'
import { readSafetensorsFile } from '../storage/safetensors.ts'
import { type Metadata, parseSafetensors, type Tensors } from '../storage/safetensors-format.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { askPeer } from './control-client.ts'
import { reasonOf } from './read-document.ts'

export interface FoundReplica {
  readonly kind: 'peer' | 'checkpoint' | 'file'
  /** Of the peer, the folder of its state. */
  readonly path: string
  /** Null: the file does not say. */
  readonly round: number | null
  /** Hexadecimal hash of the manifest that it was trained under; null: the file does not say. */
  readonly manifest: string | null
  readonly tensors: Tensors
}

/** A replica that a busy peer is asked for waits for the step in progress. */
const SILENCE_MS = 120_000
const MAX_BYTES = 2 ** 31

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

const placeOf = ({ round, manifest }: Metadata) => ({
  round: round !== undefined && /^\d{1,15}$/.test(round) ? Number(round) : null,
  manifest: manifest ?? null
})

const fromPeer = async (state: string): Promise<FoundReplica | null> => {
  const limits = { maxBytes: MAX_BYTES, silenceMs: SILENCE_MS }
  const answer = await askPeer(state, '/replica', limits)
  if (answer === null) return null
  const { tensors, metadata } = parseSafetensors(answer, 'the replica of the running peer')
  return { kind: 'peer', path: state, ...placeOf(metadata), tensors }
}

const fromFile = async (path: string): Promise<FoundReplica> => {
  const { tensors, metadata } = await readSafetensorsFile(path)
  return { kind: 'file', path, ...placeOf(metadata), tensors }
}

/** The swarm's own checkpoints, or those of the only one that there are any of. */
const fromState = async (state: string, manifest: string): Promise<FoundReplica | null> => {
  const own = await readLatestCheckpoint(state, { manifest })
  const checkpoint = own ?? (await readLatestCheckpoint(state))
  if (checkpoint !== null) return { kind: 'checkpoint', ...checkpoint }
  const file = join(state, REPLICA_FILE)
  return (await isThere(file)) ? fromFile(file) : null
}

/** A safetensors file, the folder of a checkpoint, or that of a peer's state. */
const fromPath = async (path: string, manifest: string): Promise<FoundReplica> => {
  const info = await stat(path).catch((error: unknown) =>
    refuse('--from', `${path} cannot be read: ${reasonOf(error)}`, 'check the path')
  )
  if (info.isFile()) return fromFile(path)
  if (await isThere(join(path, 'checkpoint.json'))) {
    const read = await readCheckpointFolder(path)
    if (typeof read !== 'string') return { kind: 'checkpoint', ...read }
    return refuse(path, `is a damaged checkpoint: ${read}`, 'give another one')
  }
  const found = await fromState(path, manifest)
  const remedy = "give a safetensors file, the folder of a checkpoint, or that of a peer's state"
  return found ?? refuse('--from', `${path} holds no replica`, remedy)
}

/**
 * The replica that `from` names; without, that of the peer that runs with this document, else the newest
 * checkpoint in its state, else what the last run has left.
 *
 * @throws InvalidInputError where there is none, or a damaged one
 */
export const findReplica = async (
  { state, manifest }: Pick<PeerConfig, 'state' | 'manifest'>,
  from: string | undefined
): Promise<FoundReplica> => {
  const hash = manifestHash(manifest)
  if (from !== undefined) return fromPath(from, hash)
  const found = (await fromPeer(state)) ?? (await fromState(state, hash))
  const remedy = 'run the peer first, or name a file or a folder with --from'
  return found ?? refuse(state, 'holds no replica: no peer runs here, and none has', remedy)
}

/** `checkpoint /x/y, round 120` */
export const describeReplica = ({ kind, path, round }: FoundReplica): string => {
  const what = kind === 'peer' ? `the running peer of ${path}` : `${kind} ${path}`
  return round === null ? what : `${what}, round ${round}`
}
