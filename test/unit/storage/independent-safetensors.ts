/**
 * A reader of safetensors files that shares nothing with the program's: written from the format's
 * description, element by element, for tests.
 */
import { readFileSync } from 'node:fs'

export interface IndependentTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const READERS: Readonly<Record<string, readonly [number, (view: DataView, at: number) => number]>> =
  {
    F32: [4, (view, at) => view.getFloat32(at, true)],
    F64: [8, (view, at) => view.getFloat64(at, true)],
    I32: [4, (view, at) => view.getInt32(at, true)]
  }

export const readIndependently = (
  path: string
): { metadata: Record<string, string>; tensors: Record<string, IndependentTensor> } => {
  const file = readFileSync(path)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = Number(view.getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))
  const { __metadata__: metadata = {}, ...entries } = header
  const tensors = Object.entries(entries as Record<string, Entry>).map(([name, entry]) => {
    const [width, read] = READERS[entry.dtype]!
    const [from, to] = entry.data_offsets
    const values = []
    for (let at = from; at < to; at += width) values.push(read(view, 8 + length + at))
    return [name, { dtype: entry.dtype, shape: entry.shape, values }]
  })
  return { metadata, tensors: Object.fromEntries(tensors) }
}
