import type { Matrix } from '../matrix.ts'
import type { GptTensors } from './tensors.ts'

type Tables = Pick<GptTensors, 'characters' | 'places'>

const rowAt = (floats: Float32Array, { at, columns }: Matrix, row: number): Float32Array =>
  floats.subarray(at / 4 + row * columns, at / 4 + (row + 1) * columns)

const add = (from: Float32Array, into: Float32Array): void => {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + from[i]!
}

/** Row i of the stream = that of character i + that of its place in the window. */
export const embed = (
  floats: Float32Array,
  { characters, places }: Tables,
  tokens: Uint8Array, // [windows time]
  stream: Matrix
): void => {
  for (let i = 0; i < tokens.length; i++) {
    const row = rowAt(floats, stream, i)
    row.set(rowAt(floats, characters, tokens[i]!))
    add(rowAt(floats, places, i % places.rows), row)
  }
}

/** Fills the tables' gradients from the stream's. */
export const embedBackward = (
  floats: Float32Array,
  { characters, places }: Tables,
  tokens: Uint8Array,
  dStream: Matrix
): void => {
  for (const { at, rows, columns } of [characters, places]) {
    floats.fill(0, at / 4, at / 4 + rows * columns)
  }
  for (let i = 0; i < tokens.length; i++) {
    const slope = rowAt(floats, dStream, i)
    add(slope, rowAt(floats, characters, tokens[i]!))
    add(slope, rowAt(floats, places, i % places.rows))
  }
}
