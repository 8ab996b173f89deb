import { InvalidInputError } from '../errors.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import type { Dataset } from './dataset.ts'
import { createGlyphs } from './glyphs.ts'
import { loadMnist, MNIST_REMEDY } from './mnist.ts'

/** The registry of datasets: what a recipe names, and the folder where this machine keeps it. */
export interface DatasetConfig {
  readonly name: DataConfig['name']
  /** A folder; null for datasets that are made instead of read. */
  readonly path: string | null
}

const needPath = (): never => {
  const rule = 'must be the folder of the dataset mnist'
  throw new InvalidInputError([{ path: 'data.path', rule, remedy: MNIST_REMEDY }])
}

/** Throws InvalidInputError with everything that is wrong with the path and the files. */
export const openDataset = async ({ name, path }: DatasetConfig): Promise<Dataset> => {
  switch (name) {
    case 'glyphs':
      return createGlyphs()
    case 'mnist':
      return loadMnist(path ?? needPath())
    default:
      return name satisfies never
  }
}
