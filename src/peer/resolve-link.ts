import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidInputError, type Problem } from '../errors.ts'
import { findLocally } from '../network/discovery/find-locally.ts'
import { type Fetched, fetchManifest } from '../network/door/fetch-manifest.ts'
import { parseCid } from '../swarm/cid.ts'
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

const NOBODY: Problem = {
  path: 'the local network',
  rule: 'nobody here answers for this swarm',
  remedy: 'a member on the same network would be found without an address'
}

/** Null: none of them has it, and `onFailure` was told why. @throws InvalidInputError for a bad manifest */
const fromAny = async (
  peers: readonly string[],
  cid: string,
  { signal, onFailure }: Resolving
): Promise<Fetched | null> => {
  if (peers.length === 0) return null
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
    if (error.problems.some(({ path }) => !failed.has(path))) throw error
    return null
  }
}

/**
 * The manifest that a link names: from any member that it names, else from one on the local network.
 *
 * @throws InvalidInputError when the manifest cannot be used; null: nobody has it, as `onFailure` was told
 */
export const resolveLink = async (
  { cid, peers }: Pick<SwarmLink, 'cid' | 'peers'>,
  resolving: Resolving
): Promise<Fetched | null> => {
  const { signal, onFailure, onPause } = resolving
  const hash = parseCid(cid)!
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
    const named = await fromAny(peers, cid, resolving)
    if (named !== null) return named
    const near = (await findLocally(hash, signal)).filter((address) => !peers.includes(address))
    const found = await fromAny(near, cid, resolving)
    if (found !== null) return found
    if (near.length === 0) onFailure(NOBODY)
    if (onPause === undefined) return null
    onPause(pause)
    await sleep(pause * SECOND, undefined, { signal })
  }
}
