import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { openMnist } from '../../../src/data/mnist.ts'
import type { InvalidInputError, Problem } from '../../../src/errors.ts'
import { tableOf } from './tables.ts'

export const TRAIN_IMAGES = 'train-images-idx3-ubyte'
export const TRAIN_LABELS = 'train-labels-idx1-ubyte'
export const TEST_IMAGES = 't10k-images-idx3-ubyte'
export const TEST_LABELS = 't10k-labels-idx1-ubyte'
export const PIXELS = 784

export const idx = (
  dimensions: readonly number[],
  values: readonly number[] | Uint8Array
): Buffer => {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header[2] = 8
  header[3] = dimensions.length
  dimensions.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i)
  })
  return Buffer.concat([header, Uint8Array.from(values)])
}

/** Row r is filled with the byte `first + r`. */
export const images = (rows: number, first = 0): Buffer =>
  idx(
    [rows, 28, 28],
    Uint8Array.from({ length: rows * PIXELS }, (_, i) => first + Math.floor(i / PIXELS))
  )
export const labels = (...values: number[]): Buffer => idx([values.length], values)

export type Files = Readonly<Record<string, Buffer | null>>

export const GOOD: Files = {
  [TRAIN_IMAGES]: images(3),
  [TRAIN_LABELS]: labels(7, 0, 9),
  [TEST_IMAGES]: images(2, 100),
  [TEST_LABELS]: labels(1, 2)
}

export const folderWith = async (t: ExecutionContext, files: Files): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-mnist-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    if (content !== null) await writeFile(join(folder, name), content)
  }
  return folder
}

/** What is found wrong when the files are opened or, at the latest, when their rows are read. */
export const problemsOf = async (
  t: ExecutionContext,
  folder: string
): Promise<readonly Problem[]> => {
  const open = async () => {
    const { dataset } = await openMnist(folder)
    return tableOf(dataset, [...dataset.labels.keys()])
  }
  const error = await t.throwsAsync(open(), { name: 'InvalidInputError' })
  return (error as InvalidInputError).problems
}
