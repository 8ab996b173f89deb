import { InvalidInputError } from '../errors.ts'
import { permutation, seeded } from '../random.ts'
import type { Bytes } from '../vector/vector.ts'
import type { Dataset } from './dataset.ts'
import {
  type Images,
  MNIST_SHAPE,
  openFolder,
  PIXELS,
  readImages,
  splitOf
} from './mnist-images.ts'

/** MNIST (or a dataset of the same shape) from its four IDX files, kept as bytes until rows are read. */
export const loadMnist = async (folder: string): Promise<Dataset> => {
  const source = await openFolder(folder)
  const train = await readImages(source, 'train')
  const test = await readImages(source, 't10k')
  if (train === null || test === null || source.problems.length > 0) {
    throw new InvalidInputError(source.problems)
  }
  return { name: 'mnist', ...MNIST_SHAPE, train: splitOf(train), test: splitOf(test) }
}

/**
 * Rows by label, then by pixels: whatever order a copy of the files has them in, and some are
 * shuffled, this one is the same.
 */
const sorted = ({ labels, pixels }: Images): readonly number[] => {
  const image = (row: number): Bytes => pixels.subarray(row * PIXELS, (row + 1) * PIXELS)
  const compare = (a: number, b: number): number =>
    labels[a]! - labels[b]! || Buffer.compare(image(a), image(b))
  return Array.from(labels, (_, row) => row).sort(compare)
}

/** The dataset's own seed: scenarios of every seed have the same test set. */
const SPLIT_SEED = 10_000
const TRAIN_SHARE = 0.8

/** MNIST's 10,000 test images alone, split into 8,000 for training and 2,000 for the test. */
export const loadMnist10k = async (folder: string): Promise<Dataset> => {
  const source = await openFolder(folder)
  const images = await readImages(source, 't10k')
  if (images === null || source.problems.length > 0) throw new InvalidInputError(source.problems)
  const order = sorted(images)
  const random = seeded(SPLIT_SEED).fork('mnist-10k')
  const rows = permutation(random, order.length).map((place) => order[place]!)
  const cut = Math.round(TRAIN_SHARE * rows.length)
  return {
    name: 'mnist-10k',
    ...MNIST_SHAPE,
    train: splitOf(images, rows.subarray(0, cut)),
    test: splitOf(images, rows.subarray(cut))
  }
}
