import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import type { Dataset } from './dataset.ts'
import { cacheFolder } from './download/cache-folder.ts'
import { fetchFiles, type Progress } from './download/fetch-files.ts'
import type { RemoteFile } from './download/request.ts'
import { createGlyphs } from './glyphs.ts'
import { loadMnist, loadMnist10k } from './mnist.ts'
import { MNIST_FILES, MNIST_REMEDY, MNIST_TEST_FILES, MNIST_URL } from './mnist-files.ts'
import { loadText, type Text } from './text.ts'

/** The registry of datasets: what a recipe names, and where this machine has it or gets it from. */
export interface DatasetConfig {
  readonly name: DataConfig['name']
  /** A folder or, of a text, a file; null for datasets that are made instead of read, and for those to be fetched. */
  readonly path: string | null
  /** The address that the files' names are appended to. @default the dataset's usual mirror */
  readonly url?: string | null
  /** Where fetched files are kept. @default cacheFolder() */
  readonly cache?: string
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const REMOTE: Partial<Record<DatasetConfig['name'], readonly RemoteFile[]>> = {
  mnist: MNIST_FILES,
  'mnist-10k': MNIST_TEST_FILES
}

/**
 * The folder of the dataset's files, which are fetched into the cache where no folder is given; null for
 * a dataset without files. Throws InvalidInputError when they cannot be had.
 */
export const fetchDataset = async ({
  name,
  path,
  url,
  cache = cacheFolder(),
  onProgress,
  signal
}: DatasetConfig): Promise<string | null> => {
  const files = REMOTE[name]
  if (path !== null || files === undefined) return path
  const folder = join(cache, 'mnist')
  const base = url ?? MNIST_URL
  await fetchFiles(files, { base, folder, remedy: MNIST_REMEDY, onProgress, signal })
  return folder
}

const refuseNone = (): never => {
  const rule = 'must name a dataset for a model that learns from data'
  const remedy = 'give glyphs, mnist or mnist-10k, or take a synthetic model'
  throw new InvalidInputError([{ path: 'data.name', rule, remedy }])
}

type Named<N extends DatasetConfig['name']> = DatasetConfig & { readonly name: N }

/**
 * Reads the dataset, and fetches it first where no folder is given. Throws InvalidInputError with
 * everything that is wrong with the path and the files.
 */
export function openDataset(config: Named<Exclude<DatasetConfig['name'], 'text'>>): Promise<Dataset>
export function openDataset(config: DatasetConfig): Promise<Dataset | Text>
export async function openDataset(config: DatasetConfig): Promise<Dataset | Text> {
  const { name } = config
  const folder = await fetchDataset(config)
  switch (name) {
    case 'glyphs':
      return createGlyphs()
    case 'mnist':
      return loadMnist(folder!)
    case 'mnist-10k':
      return loadMnist10k(folder!)
    case 'text':
      return loadText(folder)
    case 'none':
      return refuseNone()
    default:
      return name satisfies never
  }
}
