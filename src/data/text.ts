import type { DataConfig } from '../swarm/recipe.ts'
import type { Bytes } from '../vector/vector.ts'
import type { OnProgress } from './dataset.ts'
import type { DataFile } from './files/data-file.ts'
import { byteSymbols, characterSymbols } from './text-symbols.ts'

/** A part of a text: from its symbol `from` up to the one before `to`. */
export type Run = readonly [from: number, to: number]

/** A text that is still on disk, as numbers of characters or as bytes. */
export interface Text {
  readonly name: 'text'
  /** Different symbols; each number is below. */
  readonly kinds: number
  /** The characters by their numbers; null for bytes. */
  readonly vocabulary: readonly string[] | null
  /** Symbols of the whole. */
  readonly length: number
  /** The training ends here, and the test goes on to the end. */
  readonly cut: number
  /** The symbols of runs, one run after the other; `runs` may be in any order, and do not overlap. */
  load(runs: readonly Run[], onProgress: OnProgress): Promise<Bytes>
}

const TEST_SHARE = 0.1

/** Where runs begin in a memory that has them one after the other, by their places in the text. */
const placed = (runs: readonly Run[]) => {
  let end = 0
  const pieces = runs.map(([from, to]) => {
    const at = end
    end += to - from
    return { from, to, at }
  })
  return { length: end, pieces: pieces.sort((a, b) => a.from - b.from) }
}

/** @throws InvalidInputError with what is wrong with the text. */
export const openText = async (
  file: DataFile,
  { level = 'character', test = TEST_SHARE }: Pick<DataConfig, 'level' | 'test'>
): Promise<Text> => {
  const { kinds, vocabulary, count, each } =
    level === 'byte' ? byteSymbols(file) : await characterSymbols(file)
  return {
    name: 'text',
    kinds,
    vocabulary,
    length: count,
    cut: Math.floor((1 - test) * count),
    load: async (runs, onProgress) => {
      const { length, pieces } = placed(runs)
      const memory = new Uint8Array(length)
      let seen = 0
      let next = 0
      await each((numbers) => {
        const end = seen + numbers.length
        while (next < pieces.length && pieces[next]!.from < end) {
          const { from, to, at } = pieces[next]!
          const [first, last] = [Math.max(from, seen), Math.min(to, end)]
          memory.set(numbers.subarray(first - seen, last - seen), at + first - from)
          if (to > end) break
          next++
        }
        seen = end
        onProgress(seen / count)
      })
      return memory
    }
  }
}
