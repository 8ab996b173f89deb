import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidInputError, type Problem } from '../errors.ts'
import { type Fetched, fetchManifest } from '../network/door/fetch-manifest.ts'
import type { SwarmLink } from '../swarm/link.ts'

const SECOND = 1000
const FIRST_PAUSE = 5
const LONGEST_PAUSE = 60

export interface Resolving {
  readonly signal: AbortSignal
  /** As it happens: `path` is the address that has not given the manifest. */
  readonly onFailure: (failure: Problem) => void
  /** Nobody had it, and all are asked again in so many seconds. Without, nobody is asked again. */
  readonly onPause?: (seconds: number) => void
}

/**
 * The manifest that a link names, from any member that it names.
 *
 * @throws InvalidInputError when the manifest cannot be used; null: nobody has it, as `onFailure` was told
 */
export const resolveLink = async (
  { cid, peers }: Pick<SwarmLink, 'cid' | 'peers'>,
  { signal, onFailure, onPause }: Resolving
): Promise<Fetched | null> => {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
    const failed = new Set<string>()
    const told = (failure: Problem): void => {
      failed.add(failure.path)
      onFailure(failure)
    }
    try {
      return await fetchManifest(peers, cid, { signal, onFailure: told })
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      // A manifest that is not as it has to be is so wherever it comes from.
      if (peers.length === 0 || error.problems.some(({ path }) => !failed.has(path))) throw error
    }
    if (onPause === undefined) return null
    onPause(pause)
    await sleep(pause * SECOND, undefined, { signal })
  }
}
