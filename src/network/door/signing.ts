/** What the holders of keys do: sign a manifest, make invites, show passes; and whether it was they. */
import { randomBytes } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import { InvalidInputError } from '../../errors.ts'
import type { PeerName } from '../../strategy/strategy.ts'
import { cidOf } from '../../swarm/cid.ts'
import { encodeEnvelope, manifestDigest } from '../../swarm/envelope.ts'
import { type Invite, inviteDigest, MAX_USES, type Pass, passDigest } from '../../swarm/invite.ts'
import { type Manifest, manifestHash } from '../../swarm/manifest.ts'
import type { SignedClaim } from '../../swarm/signed.ts'
import { keyOf, peerNameOf } from '../peer-name.ts'

const sign = async (seed: Uint8Array, digest: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  Uint8Array.from(await (await keyOf(seed)).sign(digest))

/** Whether the signer has signed the digest. Never rejects. */
export const isSigned = async ({ signer, digest, signature }: SignedClaim): Promise<boolean> => {
  try {
    const { publicKey } = peerIdFromString(signer)
    return (await publicKey?.verify(digest, signature)) ?? false
  } catch {
    // A name that is no key, or bytes that are no point of the curve: nobody has signed with them.
    return false
  }
}

/** A manifest that its creator stands for. */
export interface SignedEnvelope {
  readonly cid: string
  /** Of the manifest. */
  readonly hash: string
  /** 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>
  /** The envelope itself. */
  readonly bytes: Uint8Array
}

/**
 * `manifest`: with every default written out; `seed`: its creator's, 32 bytes.
 *
 * @throws InvalidInputError when the manifest names another creator
 */
export const signEnvelope = async (
  manifest: Manifest,
  seed: Uint8Array
): Promise<SignedEnvelope> => {
  const name = await peerNameOf(seed)
  if (manifest.creator !== name) {
    const rule = `is ${manifest.creator ?? 'missing'}, and the key is that of ${name}`
    throw new InvalidInputError([
      { path: 'creator', rule, remedy: 'sign with the key of the creator' }
    ])
  }
  const hash = manifestHash(manifest)
  const signature = await sign(seed, manifestDigest(hash))
  return { cid: cidOf(hash), hash, signature, bytes: encodeEnvelope(manifest, signature) }
}

export interface InviteTerms {
  /** Milliseconds since 1970; 0: never. */
  readonly expires: number
  /** Peers that may come by it; 0: as many as like. */
  readonly uses: number
}

/**
 * A new invite. `hash`: of the manifest; `seed`: its creator's, 32 bytes.
 *
 * @throws InvalidInputError for terms that nobody could keep
 */
export const makeInvite = async (
  hash: string,
  seed: Uint8Array,
  { expires, uses }: InviteTerms
): Promise<Invite> => {
  if (!Number.isSafeInteger(uses) || uses < 0 || uses > MAX_USES) {
    const rule = `must be a whole number from 0 to ${MAX_USES}`
    throw new InvalidInputError([{ path: 'uses', rule, remedy: 'give 0 for no limit' }])
  }
  if (!Number.isSafeInteger(expires) || expires < 0) {
    const rule = 'must be a moment after 1970'
    throw new InvalidInputError([{ path: 'expires', rule, remedy: 'give 0 for never' }])
  }
  const own = Uint8Array.from(randomBytes(32))
  const key = (await keyOf(own)).publicKey.raw
  const signature = await sign(seed, inviteDigest(hash, key, { expires, uses }))
  return { seed: own, expires, uses, signature }
}

/** What the holder of an invite shows; good for the peer `self` alone. */
export const passFor = async (invite: Invite, hash: string, self: PeerName): Promise<Pass> => {
  const { seed, expires, uses, signature } = invite
  const key = Uint8Array.from((await keyOf(seed)).publicKey.raw)
  return { key, expires, uses, signature, claim: await sign(seed, passDigest(hash, self)) }
}
