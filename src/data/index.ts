import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import { findCifar10, openCifar10 } from './cifar10.ts'
import { dataProblems } from './data-problems.ts'
import type { Dataset } from './dataset.ts'
import { cacheFolder } from './download/cache-folder.ts'
import { fetchFiles, type Progress } from './download/fetch-files.ts'
import type { RemoteFile } from './download/request.ts'
import type { DataFile } from './files/data-file.ts'
import { checkHash, hashOfFiles } from './files/dataset-hash.ts'
import { createGlyphs } from './glyphs.ts'
import { openMnist, openMnist10k } from './mnist.ts'
import { MNIST_FILES, MNIST_REMEDY, MNIST_TEST_FILES, MNIST_URL } from './mnist-files.ts'
import { openText, type Text } from './text.ts'
import { findText } from './text-file.ts'

/** The registry of datasets: what a recipe names, and where this machine has it or gets it from. */
export interface DatasetConfig extends Partial<Omit<DataConfig, 'name'>> {
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
  const remedy = 'give glyphs, mnist or another one of docs/data.md, or take a synthetic model'
  throw new InvalidInputError([{ path: 'data.name', rule, remedy }])
}

type Named<N extends DatasetConfig['name']> = DatasetConfig & { readonly name: N }

/** What a dataset is made of, found and checked; opened by `open`, which may read all of it. */
interface Found<T> {
  files(): Promise<readonly DataFile[]>
  open(): Promise<T>
}

const foundRows = async (
  name: Exclude<DatasetConfig['name'], 'text' | 'glyphs' | 'none'>,
  folder: string | null,
  config: DatasetConfig
): Promise<Found<Dataset>> => {
  switch (name) {
    case 'mnist':
    case 'mnist-10k': {
      const { files, dataset } = await (name === 'mnist' ? openMnist : openMnist10k)(folder!)
      return { files: async () => files, open: async () => dataset }
    }
    case 'cifar10': {
      const files = await findCifar10(folder)
      return { files: async () => files, open: () => openCifar10(files) }
    }
    // Their libraries are loaded by those peers only that need them.
    case 'csv': {
      const { findCsv } = await import('./csv/find-csv.ts')
      const { openCsv } = await import('./csv/csv.ts')
      const found = await findCsv(folder)
      return { files: async () => found.files, open: () => openCsv(found, config) }
    }
    case 'images': {
      const { findImages } = await import('./images/find-images.ts')
      const { openImages } = await import('./images/images.ts')
      const found = await findImages(folder)
      return { files: () => found.files(), open: async () => openImages(found, config) }
    }
    default:
      return name satisfies never
  }
}

const find = async (config: DatasetConfig): Promise<Found<Dataset | Text>> => {
  const { name } = config
  if (name === 'none') return refuseNone()
  if (name === 'glyphs') return { files: async () => [], open: async () => createGlyphs() }
  const folder = await fetchDataset(config)
  if (name !== 'text') return foundRows(name, folder, config)
  const file = await findText(folder)
  return { files: async () => [file], open: () => openText(file, config) }
}

/**
 * The hash of a dataset's files, which `data.sha256` in a recipe holds every peer to.
 *
 * @throws InvalidInputError where there are no files, or no good ones.
 */
export const hashOfDataset = async (config: DatasetConfig): Promise<string> => {
  const found = await find(config)
  const files = await found.files()
  if (files.length > 0) return hashOfFiles(files)
  const rule = `must name a dataset of files, ${config.name} is made`
  throw new InvalidInputError([{ path: 'data.name', rule, remedy: 'take another' }])
}

/**
 * Looks at the dataset, and fetches it first where it is one that can be fetched and no folder is given.
 * Its rows are read by what opens shards of it.
 *
 * @throws InvalidInputError with everything that is wrong with the path and the files, or because they
 * are not those of `sha256`.
 */
export function openDataset(config: Named<Exclude<DatasetConfig['name'], 'text'>>): Promise<Dataset>
export function openDataset(config: Named<'text'>): Promise<Text>
export function openDataset(config: DatasetConfig): Promise<Dataset | Text>
export async function openDataset(config: DatasetConfig): Promise<Dataset | Text> {
  const problems = dataProblems(config)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const { files, open } = await find(config)
  if (config.sha256 !== undefined) {
    await checkHash(config.path ?? config.name, await files(), config.sha256)
  }
  return open()
}
