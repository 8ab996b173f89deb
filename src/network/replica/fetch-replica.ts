/** Fetches a swarm's model without joining it. */
import type { Libp2p } from '@libp2p/interface'
import { RunFailedError } from '../../errors.ts'
import type { PeerName } from '../../strategy/strategy.ts'
import { type Manifest, manifestHash } from '../../swarm/manifest.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import { isSigned } from '../door/signing.ts'
import { download } from './download.ts'
import { type Offer, type OfferChecks, offerOf, ranked } from './offers.ts'
import { type FetchTimings, type ReplicaAddress, Source, SourceError } from './source.ts'

export interface FetchOptions {
  /** Started. */
  readonly node: Libp2p
  readonly manifest: Manifest
  readonly sources: readonly ReplicaAddress[]
  /** `any`: the final model where somebody has it, else the furthest. @default any */
  readonly want?: 'final' | 'any'
  /** One answer for each claim. @default checks them here */
  readonly verify?: OfferChecks['verify']
  /** Bytes of the model that have come. */
  readonly onProgress?: (bytes: number, total: number) => void
  /** A source is given up. */
  readonly onFailed?: (peer: PeerName, why: string) => void
  readonly signal?: AbortSignal
  /** Of the model. @default 2 GiB */
  readonly maxBytes?: number
  readonly timings?: Partial<FetchTimings>
}

export interface FetchedReplica {
  readonly replica: Vector
  readonly layout: Layout
  /** SHA-256 of its float32 values in layout order, little-endian; hexadecimal. */
  readonly hash: string
  /** Whether the run has ended with it, as its signers say. */
  readonly final: boolean
  /** The number of the round after it, at its source. */
  readonly round: number
  /** That a final one has been trained on; null: it is not final. */
  readonly samples: number | null
  /** Whose signatures are good. */
  readonly signers: readonly PeerName[]
  readonly from: PeerName
  /** Hashes of other final models that peers offer: the swarm has not ended with one. */
  readonly otherFinals: readonly string[]
}

const MAX_BYTES = 2 ** 31
const TIMINGS: FetchTimings = { dial: 15_000, head: 30_000, part: 60_000 }
/** Sources that are asked what they have at a time, and in all. */
const AT_ONCE = 8
const MAX_SOURCES = 64
/** Those that have another replica when it comes to fetching theirs are asked so often. */
const ROUNDS = 3

interface Failure {
  readonly peer: PeerName
  readonly why: string
}

const reportOf = (failures: readonly Failure[]): RunFailedError => {
  const list = failures.map(({ peer, why }) => `\n  ${peer} ${why}`).join('')
  const none = 'nobody is known who may have it'
  return new RunFailedError(`the model cannot be fetched: ${list === '' ? none : list}`)
}

/**
 * Asks the sources what they have, and takes the best of it from the first that gives it: a source that
 * cannot be reached, lies, stalls or vanishes costs one attempt.
 *
 * @throws RunFailedError that names every source and what was wrong with it
 */
export const fetchReplica = async (options: FetchOptions): Promise<FetchedReplica> => {
  const { node, manifest, want = 'any', onProgress, onFailed, signal } = options
  const timings = { ...TIMINGS, ...options.timings }
  const failures: Failure[] = []
  const failed = (peer: PeerName, why: string): void => {
    failures.push({ peer, why })
    onFailed?.(peer, why)
  }
  const checks: OfferChecks = {
    manifest,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    verify: options.verify ?? ((claims) => Promise.all(claims.map(isSigned)))
  }
  const hash = manifestHash(manifest)
  const sources = options.sources
    .slice(0, MAX_SOURCES)
    .map((address) => new Source(node, address, hash, timings, signal))
  const ask = async (source: Source): Promise<readonly Offer[]> => {
    try {
      const offer = await offerOf(source, checks)
      if (want === 'any' || offer.head.final) return [offer]
      failed(source.peer, 'is still training')
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      failed(source.peer, error.message)
    }
    return []
  }
  const askAll = async (some: readonly Source[]): Promise<readonly Offer[]> => {
    const offers: Offer[] = []
    for (let first = 0; first < some.length; first += AT_ONCE) {
      offers.push(...(await Promise.all(some.slice(first, first + AT_ONCE).map(ask))).flat())
    }
    return offers
  }
  let left: readonly Source[] = sources
  try {
    for (let round = 0; round < ROUNDS && left.length > 0; round++) {
      const offers = await askAll(left)
      const gone: Source[] = []
      for (const group of ranked(offers)) {
        const found = await download(group, {
          onProgress: (bytes, total) => onProgress?.(bytes, total),
          onFailed: ({ source }, { message, isGone }) => {
            failed(source.peer, message)
            if (isGone) gone.push(source)
          }
        })
        if (found !== null) return fetched(found, group, offers)
      }
      left = gone
    }
  } finally {
    await Promise.all(sources.map((source) => source.hangUp()))
  }
  throw reportOf(failures)
}

const fetched = (
  { replica, from }: { readonly replica: Vector; readonly from: Offer },
  group: readonly Offer[],
  offers: readonly Offer[]
): FetchedReplica => {
  const { head, hash, layout, source } = from
  const finals = offers.filter((offer) => offer.head.final && offer.hash !== hash)
  return {
    replica,
    layout,
    hash,
    final: head.final,
    round: head.round,
    samples: head.final ? head.samples : null,
    signers: [...new Set(group.flatMap(({ signers }) => signers))],
    from: source.peer,
    otherFinals: [...new Set(finals.map((offer) => offer.hash))]
  }
}
