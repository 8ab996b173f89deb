import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import type { PeerName } from '../strategy/strategy.ts'

/** The key of an identity: 32 bytes of Ed25519 seed. */
export const keyOf = async (identitySeed: Uint8Array): Promise<PrivateKey> =>
  // The same key; @libp2p/crypto takes its types from another major version of the interface.
  (await generateKeyPairFromSeed('Ed25519', identitySeed)) as PrivateKey

/** The libp2p peer id of an identity. */
export const peerNameOf = async (identitySeed: Uint8Array): Promise<PeerName> =>
  peerIdFromPrivateKey(await keyOf(identitySeed)).toString()

/** The 32 bytes of the Ed25519 key that a name stands for; null: it is no such name, spelt as peers spell it. */
export const publicKeyOf = (name: PeerName): Uint8Array | null => {
  try {
    const id = peerIdFromString(name)
    // Another spelling of the same id would be one key with two names.
    return id.type === 'Ed25519' && id.toString() === name ? id.publicKey.raw : null
  } catch {
    return null
  }
}
