/**
 * The end of a run at this peer: when it comes, what this peer signs of its last replica, who else has
 * signed the same, and what of that outlives a restart.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type KeptFinal, readFinal, writeFinal } from '../storage/final-file.ts'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import { CoSigners } from '../swarm/co-signers.ts'
import { type Final, finalClaim, finalDigest } from '../swarm/final.ts'
import type { Manifest } from '../swarm/manifest.ts'
import type { SignedClaim } from '../swarm/signed.ts'
import type { Log } from './log.ts'
import type { Signatures } from './signatures.ts'

export interface EndingParts {
  /** Folder. */
  readonly state: string
  readonly manifest: Pick<Manifest, 'admission'>
  /** Hexadecimal. */
  readonly hash: string
  readonly self: PeerName
  readonly signatures: Pick<Signatures, 'sign' | 'verify'>
  readonly log: Pick<Log, 'info' | 'warn'>
}

/** Whether the date has come at which a run ends. `now`: milliseconds since 1970. */
export const isOver = ({ ends }: Pick<Manifest, 'ends'>, now: Milliseconds): boolean =>
  ends !== undefined && now >= ends

/** Between two writings, while signatures come in. */
const SAVE_MS = 5000

export class Ending {
  readonly #parts: EndingParts
  readonly #signers: CoSigners
  #own: Final | null = null
  #saving: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null

  private constructor(parts: EndingParts) {
    this.#parts = parts
    const { hash, manifest, self } = parts
    const { admission } = manifest
    const listed = admission?.kind === 'allow-list' ? new Set(admission.peers) : null
    const admits = (peer: string): boolean => peer !== self && (listed?.has(peer) ?? true)
    this.#signers = new CoSigners({ manifest: hash, admits })
  }

  /** With what an earlier life has kept, where it is good. */
  static async open(parts: EndingParts): Promise<Ending> {
    const ending = new Ending(parts)
    const { kept, notice } = await readFinal(parts.state)
    if (notice !== null) parts.log.warn(notice)
    if (kept !== null && kept.manifest === parts.hash) await ending.#restore(kept)
    return ending
  }

  /** What this peer says in presence; null: the run has not ended here. */
  get final(): Final | null {
    return this.#own
  }

  /** Whether a replica with this hash, hexadecimal, is the one that the run has ended with. */
  isFinal(hash: string): boolean {
    return this.#own !== null && bytesToHex(this.#own.hash) === hash
  }

  /** Of the final statement, this peer's first. */
  get signatures(): ReadonlyMap<PeerName, Uint8Array<ArrayBuffer>> {
    if (this.#own === null) return new Map()
    return new Map([[this.#parts.self, this.#own.signature], ...this.#signers.signatures])
  }

  /** The run has ended here, with a replica of this hash; returns what is to be said of it. */
  async finish(hash: string, samples: number | null): Promise<Final> {
    const { signatures, hash: manifest } = this.#parts
    const bytes = hexToBytes(hash) as Uint8Array<ArrayBuffer>
    const own = { hash: bytes, samples: samples ?? 0 }
    const signature = await signatures.sign(finalDigest(manifest, bytes, own.samples))
    this.#own = { ...own, signature }
    await this.#check(this.#signers.settle(this.#own))
    await this.#save()
    return this.#own
  }

  /** Another member says that it has ended so. */
  heard(peer: PeerName, final: Final | null): void {
    if (final !== null) void this.#check(this.#signers.heard(peer, final))
  }

  /** Writes what has not been written. */
  async close(): Promise<void> {
    if (this.#timer !== null) {
      clearTimeout(this.#timer)
      await this.#save()
    }
    await this.#saving
  }

  async #restore({ hash, samples, signatures: kept }: KeptFinal): Promise<void> {
    const { hash: manifest, self, signatures, log } = this.#parts
    const signature = kept.get(self)
    if (signature === undefined) return
    const own: Final = { hash: hexToBytes(hash) as Uint8Array<ArrayBuffer>, samples, signature }
    const [valid] = await signatures.verify([finalClaim(manifest, self, own)])
    if (valid !== true) {
      log.warn('what the state folder says of the end of this run is not signed by this peer')
      return
    }
    this.#own = own
    this.#signers.settle(own)
    const others = [...kept].flatMap(([peer, signature]) =>
      this.#signers.heard(peer, { ...own, signature })
    )
    await this.#check(others)
  }

  async #check(claims: readonly SignedClaim[]): Promise<void> {
    if (claims.length === 0) return
    const valid = await this.#parts.signatures.verify(claims)
    const news = claims.filter((claim, i) => valid[i] === true && this.#signers.checked(claim))
    if (news.length === 0) return
    const signers = this.#signers.signatures.size + 1
    this.#parts.log.info({ signers }, 'others have ended with the same replica')
    this.#timer ??= setTimeout(() => void this.#save(), SAVE_MS).unref()
  }

  #save(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#saving = this.#saving.then(() => this.#write())
    return this.#saving
  }

  async #write(): Promise<void> {
    const { state, hash: manifest, log } = this.#parts
    const own = this.#own
    if (own === null) return
    const { samples } = own
    const kept = { manifest, hash: bytesToHex(own.hash), samples, signatures: this.signatures }
    await writeFinal(state, kept).catch((error: unknown) => {
      log.warn(`what this run has ended with cannot be kept: ${(error as Error).message}`)
    })
  }
}
