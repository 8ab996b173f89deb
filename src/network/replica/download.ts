import { type Vector, zeros } from '../../vector/vector.ts'
import { hashOf, memoryOf, swapped } from './float-bytes.ts'
import { PART_BYTES } from './messages.ts'
import type { Offer } from './offers.ts'
import { SourceError } from './source.ts'

export interface DownloadHooks {
  /** Bytes of the model that have come. */
  readonly onProgress: (bytes: number, total: number) => void
  /** A source is given up for the next one. */
  readonly onFailed: (offer: Offer, error: SourceError) => void
}

/** Parts that are asked for at a time; one on a path that carries so many bytes and no more. */
const AHEAD = 3

/** The replica that several offer, filled up from the front. */
class Filling {
  readonly #memory: Uint8Array
  readonly #offer: Offer
  readonly replica: Vector
  at = 0

  constructor(offer: Offer) {
    this.#offer = offer
    this.replica = zeros(offer.layout.length)
    this.#memory = memoryOf(this.replica)
  }

  get total(): number {
    return this.#memory.byteLength
  }

  /** @throws SourceError where it is not the part that it should be */
  put(bytes: Uint8Array): void {
    const due = Math.min(PART_BYTES, this.total - this.at)
    if (bytes.byteLength !== due) {
      throw new SourceError(`sent ${bytes.byteLength} bytes of a part of ${due}`)
    }
    this.#memory.set(bytes, this.at)
    this.at += due
  }

  /** Whether all that has come is what was offered; it is not to be filled any further. */
  get isRight(): boolean {
    if (hashOf(this.#memory) !== this.#offer.hash) return false
    swapped(this.#memory)
    return true
  }
}

/** One connection: fills up from where the filling ends. @throws SourceError */
const pull = async (
  { source, head }: Offer,
  filling: Filling,
  onProgress: DownloadHooks['onProgress']
): Promise<void> => {
  const underWay: Promise<Uint8Array>[] = []
  let next = filling.at
  const begin = (): void => {
    if (next >= filling.total) return
    const asked = source.part(head.hash, next)
    // Whoever gets to it hears of a failure.
    asked.catch(() => undefined)
    underWay.push(asked)
    next += PART_BYTES
  }
  begin()
  while (underWay.length > 0) {
    while (underWay.length < (source.isLimited ? 1 : AHEAD) && next < filling.total) begin()
    filling.put(await underWay.shift()!)
    onProgress(filling.at, filling.total)
  }
}

/** All connections that it takes: each but the last has brought something. @throws SourceError */
const pullAll = async (
  offer: Offer,
  filling: Filling,
  onProgress: DownloadHooks['onProgress']
): Promise<void> => {
  while (filling.at < filling.total) {
    const before = filling.at
    try {
      await pull(offer, filling, onProgress)
    } catch (error) {
      const goesOn = error instanceof SourceError && filling.at > before
      if (!goesOn) throw error
      // A relay that has carried as much as it does starts anew with a new connection.
      await offer.source.hangUp()
    }
  }
}

/**
 * The one replica that all these offer, from the first that gives it; each goes on where the one before it
 * has stopped. Null: none of them does.
 */
export const download = async (
  offers: readonly Offer[],
  { onProgress, onFailed }: DownloadHooks
): Promise<{ readonly replica: Vector; readonly from: Offer } | null> => {
  let filling: Filling | null = null
  for (const offer of offers) {
    const isMixed: boolean = filling !== null && filling.at > 0
    filling ??= new Filling(offer)
    try {
      await pullAll(offer, filling, onProgress)
      if (filling.isRight) return { replica: filling.replica, from: offer }
      filling = null
      if (isMixed) {
        // What the ones before have sent may be to blame: this one may begin anew.
        filling = new Filling(offer)
        await pullAll(offer, filling, onProgress)
        if (filling.isRight) return { replica: filling.replica, from: offer }
        filling = null
      }
      onFailed(offer, new SourceError('sent something else than it had said'))
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      onFailed(offer, error)
    }
  }
  return null
}
