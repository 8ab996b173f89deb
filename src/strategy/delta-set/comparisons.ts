/**
 * Hashes of the replica that peers can compare while they train. A replica is a function of its cut, but
 * hardly ever do two peers stand at the same cut at one moment. So each looks at its cut after every
 * round, and hashes at those that a rule picks which needs nothing but the cut: whoever comes by the same
 * one hashes it, too.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { Milliseconds } from '../strategy.ts'
import { digestTag, hashOf } from './chain.ts'
import type { HeldDeltas } from './held-deltas.ts'
import { cutOf } from './snapshot/cut.ts'
import type { Stage } from './stage.ts'

export interface ComparisonParts {
  readonly stage: Stage
  readonly held: HeldDeltas
  /** Of the model. */
  readonly parameters: number
}

interface Question {
  readonly cut: string
  readonly at: Milliseconds
}

/** One cut in so many is hashed: of large replicas fewer. */
const LEAST_SHARE = 4
const PARAMETERS_PER_SHARE = 50_000
/** A hash that took so long is followed by a hundred times as long without any. */
const RARITY = 100
/** Hexadecimal digits that are told. */
const DIGITS = 16

export const shareOf = (parameters: number): number =>
  Math.max(LEAST_SHARE, Math.ceil(parameters / PARAMETERS_PER_SHARE))

export class Comparisons {
  readonly #parts: ComparisonParts
  readonly #share: number
  #open: Question | null = null
  #next: Milliseconds = -Infinity
  #latest = ''

  constructor(parts: ComparisonParts) {
    this.#parts = parts
    this.#share = shareOf(parts.parameters)
  }

  /** A round is over. */
  consider(): void {
    const { stage, held } = this.#parts
    if (this.#open !== null || stage.now < this.#next) return
    const writer = new ByteWriter()
    for (const [origin, { seq, digest }] of cutOf(held)) {
      writer.text(origin).varint(seq).bytes(digest)
    }
    const digest = hashOf(writer.done())
    const cut = bytesToHex(digest).slice(0, DIGITS)
    if (digestTag(digest) % this.#share !== 0 || cut === this.#latest) return
    this.#latest = cut
    this.#open = { cut, at: stage.now }
    // The job comes after those of all deltas in the set.
    stage.compute({ kind: 'hash' })
  }

  hashed(hash: string): void {
    if (this.#open === null) return
    const { stage } = this.#parts
    const { cut, at } = this.#open
    this.#open = null
    // With the jobs that it waited for: rather too rarely than too often.
    this.#next = stage.now + RARITY * (stage.now - at)
    stage.emit({ type: 'replica', cut, hash: hash.slice(0, DIGITS) })
  }
}
