import { type Final, finalClaim } from './final.ts'
import type { SignedClaim } from './signed.ts'

/** Members whose word is kept: as many as a swarm may have origins. */
const MAX_SIGNERS = 4096

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

export interface CoSignersParts {
  /** Hexadecimal hash. */
  readonly manifest: string
  /** Whose signatures count. */
  readonly admits: (peer: string) => boolean
}

/**
 * Who says that the run has ended with the same replica as this peer. Collects what others say from the
 * beginning, since some end earlier, and asks to have checked only what fits.
 */
export class CoSigners {
  readonly #parts: CoSignersParts
  /** The latest word of everybody, unchecked, while this peer has not ended. */
  readonly #heard = new Map<string, Final>()
  readonly #signatures = new Map<string, Uint8Array<ArrayBuffer>>()
  #own: Final | null = null

  constructor(parts: CoSignersParts) {
    this.#parts = parts
  }

  /** Checked signatures, in the order in which they came. */
  get signatures(): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
    return this.#signatures
  }

  /** This peer has ended so. Returns what should be checked of all that has been heard. */
  settle(own: Final): readonly SignedClaim[] {
    if (this.#own === null || !this.#fits(own)) this.#signatures.clear()
    this.#own = own
    const claims = [...this.#heard].flatMap(([peer, final]) => this.#claim(peer, final))
    this.#heard.clear()
    return claims
  }

  /** Returns what should be checked. */
  heard(peer: string, final: Final): readonly SignedClaim[] {
    if (!this.#parts.admits(peer)) return []
    if (this.#own !== null) return this.#claim(peer, final)
    if (this.#heard.has(peer) || this.#heard.size < MAX_SIGNERS) this.#heard.set(peer, final)
    return []
  }

  /** The signature has been found good. Returns whether it is news. */
  checked({ signer, signature }: SignedClaim): boolean {
    if (this.#signatures.has(signer) || this.#signatures.size >= MAX_SIGNERS) return false
    this.#signatures.set(signer, signature)
    return true
  }

  #fits(final: Final): boolean {
    const own = this.#own
    return own !== null && final.samples === own.samples && sameBytes(final.hash, own.hash)
  }

  #claim(peer: string, final: Final): readonly SignedClaim[] {
    if (this.#signatures.has(peer) || !this.#fits(final)) return []
    return [finalClaim(this.#parts.manifest, peer, final)]
  }
}
