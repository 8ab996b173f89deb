import { checkMemory, MAX_DATA_BYTES, type Wanted } from '../data/wanted.ts'
import type { Random } from '../random.ts'
import type { Batch } from './batch.ts'
import type { ShardTrainer } from './bench.ts'
import type { Examples } from './examples.ts'
import type { ShardExamples, SwarmExamples } from './swarm-examples.ts'

/** Trains on the parts of the data that it is dealt, and on nothing before. */
export interface DealtTrainer extends ShardTrainer {
  /** Of memory, at the most, whatever it is dealt. */
  readonly mostBytes: number
  /**
   * Trains on these from the next step on. `turn`: of parts that do not fit into memory together, others
   * are taken in every turn. What it has had it keeps when it throws.
   *
   * @throws InvalidInputError when they cannot be read
   */
  deal(parts: readonly number[], turn: number): Promise<Dealt>
}

export interface Dealt {
  /** Parts that are trained on; fewer than were dealt where they do not fit into memory. */
  readonly parts: number
}

/**
 * Those of the parts that fit, at least one. Every turn begins where the one before it has ended, if the
 * parts are alike.
 */
export const fitting = (
  parts: readonly number[],
  bytesOf: (part: number) => number,
  maxBytes: number,
  turn: number
): readonly number[] => {
  const from = (first: number): readonly number[] => {
    const taken: number[] = []
    let bytes = 0
    for (let i = 0; i < parts.length; i++) {
      const part = parts[(first + i) % parts.length]!
      bytes += bytesOf(part)
      if (bytes > maxBytes && taken.length > 0) break
      taken.push(part)
    }
    return taken
  }
  const first = from(0)
  return first.length === parts.length ? first : from((turn * first.length) % parts.length)
}

/**
 * Examples of parts that may change between two draws. One stream draws from whatever is there, so a
 * saved stream is good for any parts.
 */
export class DealtExamples implements Examples {
  readonly #data: Pick<SwarmExamples, 'bytesOf' | 'read'>
  readonly #maxBytes: number
  /** Of memory, at the most, whatever is dealt. */
  readonly mostBytes: number
  #held: ShardExamples | null = null
  #bytes = 0

  /** `parts`: how many there are. @throws InvalidInputError when one does not fit into memory */
  constructor(
    data: Pick<SwarmExamples, 'bytesOf' | 'read'>,
    parts: number,
    { maxBytes = MAX_DATA_BYTES }: Wanted = {}
  ) {
    this.#data = data
    this.#maxBytes = maxBytes
    let largest = 0
    let total = 0
    for (let part = 0; part < parts; part++) {
      const bytes = data.bytesOf(part)
      largest = Math.max(largest, bytes)
      total += bytes
    }
    checkMemory(largest, { maxBytes }, 'largest part alone')
    this.mostBytes = Math.min(total, maxBytes)
  }

  get count(): number {
    return this.#held?.count ?? 0
  }

  get classes(): readonly number[] | null {
    return this.#held?.classes ?? null
  }

  draws(size: number, random: Random): () => Batch {
    let of: ShardExamples | null = null
    let draw: (() => Batch) | null = null
    return () => {
      if (draw === null || of !== this.#held) {
        of = this.#held
        if (of === null) throw new RangeError('there is nothing to draw from')
        draw = of.draws(size, random)
      }
      return draw()
    }
  }

  batches(size: number): Iterable<Batch> {
    return this.#held?.batches(size) ?? []
  }

  async deal(parts: readonly number[], turn: number): Promise<Dealt> {
    const bytesOf = (part: number): number => this.#data.bytesOf(part)
    const taken = fitting(parts, bytesOf, this.#maxBytes, turn)
    const bytes = taken.reduce((sum, part) => sum + bytesOf(part), 0)
    // Both do not fit: what it has had is lost if these cannot be read.
    if (this.#bytes + bytes > this.#maxBytes) this.#put(null, 0)
    this.#put(taken.length === 0 ? null : await this.#data.read(taken), bytes)
    return { parts: taken.length }
  }

  #put(held: ShardExamples | null, bytes: number): void {
    this.#held = held
    this.#bytes = bytes
  }
}
