import { dirname, resolve } from 'node:path'
import { type PeerConfig, parsePeerConfig } from '../peer/config.ts'
import { readDocument } from './read-document.ts'

/** A manifest may hold a topology of a MiB, and a live run writes it with an indent. */
const MAX_MIB = 8

/**
 * A peer's own document. Paths in it are relative to the file.
 *
 * @throws InvalidInputError with everything that is wrong with it
 */
export const loadPeerConfig = async (path: string): Promise<PeerConfig> => {
  const config = parsePeerConfig(await readDocument(path, MAX_MIB))
  const folder = dirname(resolve(path))
  const placed = (name: string | null): string | null => name && resolve(folder, name)
  return {
    ...config,
    state: resolve(folder, config.state),
    initial: placed(config.initial),
    trainer: placed(config.trainer),
    data: { path: placed(config.data.path) },
    weights: { path: placed(config.weights.path) }
  }
}
