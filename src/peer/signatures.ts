/**
 * Ed25519 with the peers' libp2p keys, computed by the thread pool: the event loop only asks. Whose
 * key checks a signature its name says, so nothing needs to be looked up or trusted.
 */
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signWithKey,
  verify as verifyWithKey
} from 'node:crypto'
import { promisify } from 'node:util'
import { publicKeyOf } from '../network/peer-name.ts'
import type { Claim, PeerName } from '../strategy/strategy.ts'
import type { Bytes } from '../vector/vector.ts'

/** What goes before a raw key in DER (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Keys that are kept: as many as a swarm may have origins. */
const MAX_KEYS = 4096

const signInPool = promisify<null, Uint8Array, KeyObject, Buffer>(signWithKey)
const verifyInPool = promisify<null, Uint8Array, KeyObject, Uint8Array, boolean>(verifyWithKey)

const openPublicKey = (name: PeerName): KeyObject | null => {
  const raw = publicKeyOf(name)
  if (raw === null) return null
  return createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, raw]),
    format: 'der',
    type: 'spki'
  })
}

export class Signatures {
  readonly #own: KeyObject
  readonly #believes: (signer: PeerName) => boolean
  /** By use, the one not used for longest first. */
  readonly #keys = new Map<PeerName, KeyObject | null>()

  /** `identitySeed`: 32 bytes; `believes`: whose signatures count at all. */
  constructor(identitySeed: Uint8Array, believes: (signer: PeerName) => boolean = () => true) {
    this.#believes = believes
    const key = Buffer.concat([PRIVATE_PREFIX, identitySeed])
    this.#own = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  }

  async sign(digest: Bytes): Promise<Bytes> {
    return Uint8Array.from(await signInPool(null, digest, this.#own))
  }

  /** One answer for each claim. A signer whose name is no Ed25519 peer id, or who does not count, has signed nothing. */
  verify(claims: readonly Claim[]): Promise<readonly boolean[]> {
    return Promise.all(
      claims.map(async ({ signer, digest, signature }) => {
        const key = this.#believes(signer) ? this.#keyOf(signer) : null
        if (key === null) return false
        // Bytes that are no point of the curve fail in their own way: nobody has signed with them.
        return verifyInPool(null, digest, key, signature).catch(() => false)
      })
    )
  }

  #keyOf(name: PeerName): KeyObject | null {
    const known = this.#keys.get(name)
    const key = known === undefined ? openPublicKey(name) : known
    this.#keys.delete(name)
    this.#keys.set(name, key)
    if (this.#keys.size > MAX_KEYS) this.#keys.delete(this.#keys.keys().next().value!)
    return key
  }
}
