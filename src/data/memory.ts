import type { Bytes, Vector } from '../vector/vector.ts'
import { type Dataset, type OnProgress, type Table, widthOf } from './dataset.ts'

/** Writes the row at place `place`, normalised. */
type ReadPlace = (place: number, into: Vector, offset: number) => void

const BYTE_VALUES = 256

/** Channels alternate in a row, so element i is of channel i mod channels. */
const byteReader = (memory: Bytes, scale: Vector, width: number): ReadPlace => {
  const channels = scale.length / BYTE_VALUES
  if (channels === 1) {
    return (place, into, offset) => {
      const start = place * width
      for (let i = 0; i < width; i++) into[offset + i] = scale[memory[start + i]!]!
    }
  }
  return (place, into, offset) => {
    const start = place * width
    for (let channel = 0; channel < channels; channel++) {
      const base = channel * BYTE_VALUES
      for (let i = channel; i < width; i += channels) {
        into[offset + i] = scale[base + memory[start + i]!]!
      }
    }
  }
}

/** The rows `order`, in that order, in one memory. */
const openMemory = async (
  dataset: Dataset,
  order: Int32Array,
  onProgress: OnProgress
): Promise<ReadPlace> => {
  const width = widthOf(dataset.shape)
  const length = order.length * width
  if (dataset.kind === 'made') {
    const memory = new Uint8Array(length)
    const isMade = new Uint8Array(order.length)
    const read = byteReader(memory, dataset.scale, width)
    return (place, into, offset) => {
      if (isMade[place] === 0) {
        dataset.make(order[place]!, memory, place * width)
        isMade[place] = 1
      }
      read(place, into, offset)
    }
  }
  const places = new Int32Array(dataset.labels.length).fill(-1)
  order.forEach((row, place) => {
    places[row] = place
  })
  if (dataset.kind === 'bytes') {
    const memory = new Uint8Array(length)
    await dataset.load(places, memory, onProgress)
    return byteReader(memory, dataset.scale, width)
  }
  const memory = new Float32Array(length)
  await dataset.load(places, memory, onProgress)
  return (place, into, offset) =>
    into.set(memory.subarray(place * width, (place + 1) * width), offset)
}

/** Bytes of so many rows in memory. */
export const memoryOf = ({ kind, shape }: Dataset, rows: number): number =>
  rows * widthOf(shape) * (kind === 'floats' ? Float32Array.BYTES_PER_ELEMENT : 1)

const noProgress: OnProgress = () => undefined

/** Reads groups of different rows into one memory, each row once. One table shows all, or a run of groups. */
export const openTables = async (
  dataset: Dataset,
  groups: readonly Int32Array[],
  onProgress = noProgress
): Promise<(first: number, last?: number) => Table> => {
  const starts = [0]
  for (const rows of groups) starts.push(starts.at(-1)! + rows.length)
  const order = new Int32Array(starts.at(-1)!)
  groups.forEach((rows, i) => {
    order.set(rows, starts[i]!)
  })
  const labels = Uint8Array.from(order, (row) => dataset.labels[row]!)
  const readPlace = await openMemory(dataset, order, onProgress)
  const { shape, classes } = dataset
  return (first, last = first) => {
    const [start, end] = [starts[first]!, starts[last + 1]!]
    return {
      rows: end - start,
      width: widthOf(shape),
      shape,
      classes,
      labels: labels.subarray(start, end),
      read: (row, into, offset) => {
        if (!(row >= 0 && row < end - start)) throw new RangeError(`row ${row} of ${end - start}`)
        readPlace(start + row, into, offset)
      }
    }
  }
}
