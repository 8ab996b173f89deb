/** What peers say that they have: read, checked against the manifest, and brought into an order. */
import { bytesToHex } from '@noble/hashes/utils.js'
import type { PeerName } from '../../strategy/strategy.ts'
import { currentDigest, finalDigest } from '../../swarm/final.ts'
import { type Manifest, manifestHash } from '../../swarm/manifest.ts'
import type { SignedClaim } from '../../swarm/signed.ts'
import { type Layout, layoutOf } from '../../vector/layout.ts'
import type { Head } from './messages.ts'
import { type Source, SourceError } from './source.ts'

/** What a source says that it has, and who vouches for it. */
export interface Offer {
  readonly source: Source
  readonly head: Head
  /** Hexadecimal. */
  readonly hash: string
  readonly layout: Layout
  /** Whose signatures are good; the source is among them. */
  readonly signers: readonly PeerName[]
}

export interface OfferChecks {
  readonly manifest: Manifest
  readonly maxBytes: number
  /** One answer for each claim. */
  readonly verify: (claims: readonly SignedClaim[]) => Promise<readonly boolean[]>
}

const FLOAT = 4

const layoutIn = ({ tensors }: Head, { manifest, maxBytes }: OfferChecks): Layout => {
  const layout = layoutOf(tensors.map(([name, shape]) => ({ name, shape })))
  if (layout.hash !== manifest.layout) throw new SourceError('has a model of another layout')
  if (FLOAT * layout.length <= maxBytes) return layout
  throw new SourceError(`has ${FLOAT * layout.length} bytes, at most ${maxBytes} are taken`)
}

const signersOf = async (
  { hash, final, samples, round, signatures }: Head,
  { manifest, verify }: OfferChecks
): Promise<readonly PeerName[]> => {
  const swarm = manifestHash(manifest)
  const digest = final ? finalDigest(swarm, hash, samples) : currentDigest(swarm, hash, round)
  const { admission } = manifest
  const listed = admission?.kind === 'allow-list' ? new Set(admission.peers) : null
  const counted = new Map(
    signatures
      .filter(({ peer }) => listed?.has(peer) ?? true)
      .map(({ peer, signature }) => [peer, { signer: peer, digest, signature }])
  )
  const claims = [...counted.values()]
  const valid = await verify(claims)
  return claims.filter((_, i) => valid[i] === true).map(({ signer }) => signer)
}

/** @throws SourceError where it has nothing that could be the swarm's */
export const offerOf = async (source: Source, checks: OfferChecks): Promise<Offer> => {
  const head = await source.head()
  const layout = layoutIn(head, checks)
  const signers = await signersOf(head, checks)
  if (!signers.includes(source.peer)) {
    throw new SourceError('has not signed what it offers, or is no member')
  }
  return { source, head, hash: bytesToHex(head.hash), layout, signers }
}

/**
 * Offers of one replica each, the best first: a final one, unless more peers than have signed it say that
 * they still train; then those that are furthest. In each, sources that can be reached without a third peer
 * come first.
 */
export const ranked = (offers: readonly Offer[]): ReadonlyArray<readonly Offer[]> => {
  const training = offers.filter(({ head }) => !head.final).length
  const groups = [...Map.groupBy(offers, ({ hash, head }) => `${head.final} ${hash}`).values()]
  const weighed = groups.map((group) => {
    const signers = new Set(group.flatMap(({ signers }) => signers)).size
    const { final } = group[0]!.head
    const isBelieved = final && signers >= training
    return {
      group: group.toSorted((a, b) => Number(b.source.isDirect) - Number(a.source.isDirect)),
      rank: isBelieved ? 2 : Number(!final),
      signers,
      round: Math.max(...group.map(({ head }) => head.round))
    }
  })
  weighed.sort((a, b) => b.rank - a.rank || b.signers - a.signers || b.round - a.round)
  return weighed.map(({ group }) => group)
}
