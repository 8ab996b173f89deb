import { InvalidInputError } from '../errors.ts'
import { permutation, seeded } from '../random.ts'
import type { Bytes } from '../vector/vector.ts'
import type { Dataset, OnProgress, Opened, Places } from './dataset.ts'
import type { DataFile } from './files/data-file.ts'
import { eachRow, readValues } from './idx.ts'
import { type Images, MNIST, openFolder, openImages, PIXELS } from './mnist-images.ts'
import { range } from './range.ts'

const filesOf = (parts: readonly Images[]): readonly DataFile[] =>
  parts.flatMap(({ images, labelsFile }) => [images.file, labelsFile])

/** Loads from the images of all parts, one after the other. */
const loader = (parts: readonly Images[]) => {
  const rows = parts.reduce((sum, { labels }) => sum + labels.length, 0)
  return async (places: Places, into: Bytes, onProgress: OnProgress): Promise<void> => {
    let first = 0
    for (const { images } of parts) {
      await eachRow(images, (row, pixels) => {
        const place = places[first + row]!
        if (place >= 0) into.set(pixels, place * PIXELS)
      })
      first += images.rows
      onProgress(first / rows)
    }
  }
}

/** MNIST (or a dataset of the same shape) from its four IDX files. */
export const openMnist = async (folder: string): Promise<Opened> => {
  const source = await openFolder(folder)
  const train = await openImages(source, 'train')
  const test = await openImages(source, 't10k')
  if (train === null || test === null || source.problems.length > 0) {
    throw new InvalidInputError(source.problems)
  }
  const rows = train.labels.length + test.labels.length
  const labels = new Uint8Array(rows)
  labels.set(train.labels)
  labels.set(test.labels, train.labels.length)
  const dataset: Dataset = {
    ...MNIST,
    name: 'mnist',
    labels,
    train: range(0, train.labels.length),
    test: range(train.labels.length, rows),
    load: loader([train, test])
  }
  return { dataset, files: filesOf([train, test]) }
}

/**
 * Rows by label, then by pixels: whatever order a copy of the files has them in, and some are
 * shuffled, this one is the same.
 */
const sorted = (labels: Bytes, pixels: Bytes): readonly number[] => {
  const image = (row: number): Bytes => pixels.subarray(row * PIXELS, (row + 1) * PIXELS)
  const compare = (a: number, b: number): number =>
    labels[a]! - labels[b]! || Buffer.compare(image(a), image(b))
  return Array.from(labels, (_, row) => row).sort(compare)
}

/** The dataset's own seed: scenarios of every seed have the same test set. */
const SPLIT_SEED = 10_000
const TRAIN_SHARE = 0.8

/** MNIST's 10,000 test images alone, split into 8,000 for training and 2,000 for the test. */
export const openMnist10k = async (folder: string): Promise<Opened> => {
  const source = await openFolder(folder)
  const images = await openImages(source, 't10k')
  if (images === null || source.problems.length > 0) throw new InvalidInputError(source.problems)
  const { labels } = images
  const order = sorted(labels, await readValues(images.images))
  const random = seeded(SPLIT_SEED).fork('mnist-10k')
  const rows = permutation(random, order.length).map((place) => order[place]!)
  const cut = Math.round(TRAIN_SHARE * rows.length)
  const dataset: Dataset = {
    ...MNIST,
    name: 'mnist-10k',
    labels,
    train: rows.slice(0, cut),
    test: rows.slice(cut),
    load: loader([images])
  }
  return { dataset, files: filesOf([images]) }
}
