import type { Bytes } from '../../../vector/vector.ts'
import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import type { GptTensors } from './tensors.ts'

type Tables = Pick<GptTensors, 'characters' | 'places'>

/** Characters to vectors, with where in their window they are. */
export interface Embedding {
  /** Fills the stream: row i = that of character i + that of its place. Rows without a character keep theirs. */
  forward(characters: Bytes, stream: Matrix): void
  /** Adds the stream's slopes to the gradient of the characters' table, and fills that of the places'. */
  backward(dStream: Matrix): void
}

export const createEmbedding = (
  machine: Machine,
  tokens: number,
  { characters, places }: Tables,
  slopes: Tables
): Embedding => {
  const { kernels } = machine
  const { rows: time, columns: width } = places
  const bytes = machine.matrix(1, Math.ceil(tokens / 4))
  const sides = [tokens, width, time] as const
  return {
    forward: (values, { at }) => {
      machine.octets(bytes).set(values)
      kernels.embed(...sides, characters.at, places.at, bytes.at, at)
    },
    backward: ({ at }) => {
      kernels.clear(time * width, slopes.places.at)
      kernels.embedBackward(...sides, at, bytes.at, slopes.characters.at, slopes.places.at)
    }
  }
}
