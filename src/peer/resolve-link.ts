/** From a link to its manifest, from whoever has it. */
import type { InvalidInputError, Problem } from '../errors.ts'
import { searchMembers } from '../network/discovery/search-members.ts'
import { type Fetched, fetchManifest } from '../network/door/fetch-manifest.ts'
import type { Milliseconds } from '../strategy/strategy.ts'
import { parseCid } from '../swarm/cid.ts'
import type { SwarmLink } from '../swarm/link.ts'
import { AddressQueue } from './address-queue.ts'

const SECOND = 1000
const FIRST_PAUSE = 5
const LONGEST_PAUSE = 60
/** Until the local network has answered; and the DHT, where it can be asked. */
const LOCAL_MS: Milliseconds = 3000
const DHT_MS: Milliseconds = 10_000

export interface Resolving {
  readonly signal: AbortSignal
  /** As it happens: `path` is the address that has not given the manifest. */
  readonly onFailure: (failure: Problem) => void
  /** Nobody had it, and all are asked again in so many seconds. Without, nobody is asked again. */
  readonly onPause?: (seconds: number) => void
}

const NOBODY: Problem = {
  path: 'the local network, and the DHT',
  rule: 'nobody else is known there to be in this swarm',
  remedy: 'a member that runs would be found there by and by'
}

type Attempt = (signal: AbortSignal) => Promise<Fetched | null>

/** The first manifest that comes of one; all others are told to end. Null: none has come. */
const firstOf = async (
  signal: AbortSignal,
  attempts: readonly Attempt[]
): Promise<Fetched | null> => {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const { promise, resolve, reject } = Promise.withResolvers<Fetched | null>()
  let left = attempts.length
  for (const attempt of attempts) {
    attempt(either).then((found) => {
      left--
      if (found !== null || left === 0) resolve(found)
    }, reject)
  }
  return promise.finally(() => over.abort())
}

/** Asks members by address. @throws InvalidInputError for a manifest that is bad wherever it comes from */
const askAll = async (
  addresses: readonly string[],
  cid: string,
  onFailure: Resolving['onFailure'],
  signal: AbortSignal
): Promise<Fetched | null> => {
  if (addresses.length === 0) return null
  const failed = new Set<string>()
  const told = (failure: Problem): void => {
    failed.add(failure.path)
    onFailure(failure)
  }
  try {
    return await fetchManifest(addresses, cid, { signal, onFailure: told })
  } catch (error) {
    const { problems } = error as Partial<InvalidInputError>
    if (problems === undefined || problems.some(({ path }) => !failed.has(path))) throw error
    return null
  }
}

/**
 * The manifest that a link names: from any member that it names, or from one that the local network or the
 * DHT knows. Of the link's addresses one is enough that takes part in the DHT, member or not.
 *
 * @throws InvalidInputError when the manifest cannot be used; null: nobody has it, as `onFailure` was told
 */
export const resolveLink = async (
  { cid, peers }: Pick<SwarmLink, 'cid' | 'peers'>,
  { signal, onFailure, onPause }: Resolving
): Promise<Fetched | null> => {
  const others = new AddressQueue(peers)
  const search = await searchMembers({
    hash: parseCid(cid)!,
    contacts: peers,
    found: (address) => others.add(address)
  })
  const named: Attempt = (until) => askAll(peers, cid, onFailure, until)
  /** Those that are found within so long, each as soon as it is. */
  const foundWithin =
    (wait: Milliseconds): Attempt =>
    async (until) => {
      const end = performance.now() + wait
      for (;;) {
        const batch = await others.take(end - performance.now(), until)
        if (batch.length === 0) return null
        const found = await askAll(batch, cid, onFailure, until)
        if (found !== null) return found
      }
    }
  const nearby = foundWithin(LOCAL_MS)
  const farOff: Attempt = async (until) =>
    (await search.call()) ? foundWithin(DHT_MS)(until) : null
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
      const found = await firstOf(signal, [named, nearby, farOff])
      if (found !== null) return found
      if (others.isEmpty) onFailure(NOBODY)
      if (onPause === undefined) return null
      onPause(pause)
      const late = await foundWithin(pause * SECOND)(signal)
      if (late !== null) return late
      signal.throwIfAborted()
      others.again()
    }
  } finally {
    await search.stop()
  }
}
