import { type Images, placeAt } from '../../../../src/training/wasm/conv/images.ts'
import type { Machine } from '../../../../src/training/wasm/machine.ts'

/** The rows of one image in memory, without its margin. */
const rowsOf = (machine: Machine, images: Images, image: number): Float32Array[] =>
  Array.from({ length: images.height }, (_, row) =>
    machine.values({
      at: placeAt(images, image, row, 0),
      rows: 1,
      columns: images.width * images.channels,
      stride: images.width * images.channels
    })
  )

/** Returns the values. */
export const writeImage = (
  machine: Machine,
  images: Images,
  image: number,
  values: Float32Array
): Float32Array => {
  const length = images.width * images.channels
  rowsOf(machine, images, image).forEach((row, y) => {
    row.set(values.subarray(y * length, (y + 1) * length))
  })
  return values
}

export const readImage = (machine: Machine, images: Images, image: number): number[] =>
  rowsOf(machine, images, image).flatMap((row) => [...row])
