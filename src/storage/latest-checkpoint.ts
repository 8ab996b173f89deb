import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cannotRead, codeOf, unusable } from './disk-error.ts'
import { readDocument, readReplica } from './read-checkpoint.ts'
import type { Tensors } from './safetensors-format.ts'
import { CHECKPOINTS, numbered, numbersIn, type StateOwner } from './state-names.ts'

export interface LatestCheckpoint {
  /** The checkpoint's folder. */
  readonly path: string
  readonly round: number
  /** Hexadecimal hash. */
  readonly manifest: string
  readonly self: string
  /** The replica, by the names of the model. */
  readonly tensors: Tensors
}

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw cannotRead(folder, error)
  }
}

/** One checkpoint's folder; a sentence: what is wrong with it. @throws InvalidInputError */
export const readCheckpointFolder = async (path: string): Promise<LatestCheckpoint | string> => {
  const document = await readDocument(path)
  if ('damage' in document) return document.damage
  const replica = await readReplica(path, document)
  if ('damage' in replica) return String(replica.damage)
  const { round, manifest, self } = document
  return { path, round, manifest: manifest.hash, self, tensors: replica.tensors }
}

const newestIn = async (folder: string): Promise<LatestCheckpoint | null> => {
  const numbers = numbersIn(await namesIn(folder))
  let problem = ''
  for (const number of numbers.toReversed()) {
    const read = await readCheckpointFolder(join(folder, numbered(number)))
    if (typeof read !== 'string') return read
    problem ||= read
  }
  if (problem === '') return null
  throw unusable(folder, `has no whole checkpoint: ${problem}`, 'give another file or folder')
}

/**
 * The newest whole checkpoint in a state folder, whether its peer is running or not. `owner`: whose;
 * anybody's, where there is only one.
 * @throws InvalidInputError when there are only damaged ones, or those of several owners
 */
export const readLatestCheckpoint = async (
  folder: string,
  owner: Partial<StateOwner> = {}
): Promise<LatestCheckpoint | null> => {
  const { manifest = '', self = '' } = owner
  const place = join(folder, CHECKPOINTS)
  const owners = (await namesIn(place)).filter(
    (name) => name.startsWith(manifest.slice(0, 16)) && name.endsWith(self.slice(-16))
  )
  const held: string[] = []
  for (const name of owners) {
    if (numbersIn(await namesIn(join(place, name))).length > 0) held.push(name)
  }
  if (held.length > 1) {
    const rule = `has checkpoints of several swarms or peers: ${held.join(', ')}`
    throw unusable(place, rule, 'say which swarm and peer, or give the folder of one checkpoint')
  }
  const [only] = held
  return only === undefined ? null : newestIn(join(place, only))
}
