import { join } from 'node:path'
import { InvalidInputError, type Problem } from '../errors.ts'
import type { Bytes } from '../vector/vector.ts'
import { listFolder } from './files/folder.ts'
import { type Idx, openIdx, readValues } from './idx.ts'
import { MNIST_REMEDY } from './mnist-files.ts'
import { scaleOf } from './scale.ts'

const SIDE = 28
/** Of one image. */
export const PIXELS = SIDE * SIDE
const CLASSES = 10

/** Mean and deviation of a training pixel / 255: the values that everybody uses. */
const MEAN = 0.1307
const DEVIATION = 0.3081

export const MNIST = {
  kind: 'bytes',
  classes: CLASSES,
  shape: [SIDE, SIDE, 1],
  scale: scaleOf([MEAN], [DEVIATION])
} as const

/** The names in use: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, and both with `.gz`. */
const namesOf = (stem: string, kind: string): readonly [string, ...string[]] => [
  `${stem}-${kind}`,
  `${stem}.${kind}`,
  `${stem}-${kind}.gz`,
  `${stem}.${kind}.gz`
]

interface Source {
  readonly folder: string
  readonly present: readonly string[]
  /** Every file is looked at before any of this is thrown. */
  readonly problems: Problem[]
}

export const openFolder = async (folder: string): Promise<Source> => {
  const entries = await listFolder(folder, MNIST_REMEDY)
  return { folder, present: entries.map(({ name }) => name), problems: [] }
}

/** What `action` gives; null where it finds a problem, which is kept. */
const gathered = async <T>(problems: Problem[], action: Promise<T>): Promise<T | null> => {
  try {
    return await action
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    problems.push(...error.problems)
    return null
  }
}

const openPart = async (
  { folder, present, problems }: Source,
  stem: string,
  rowShape: readonly number[]
): Promise<Idx | null> => {
  const names = namesOf(stem, `idx${rowShape.length + 1}-ubyte`)
  const found = names.find((name) => present.includes(name))
  if (found !== undefined) {
    return gathered(problems, openIdx(join(folder, found), names[0], rowShape))
  }
  const rule = 'must be there, plain or as .gz'
  problems.push({ path: join(folder, names[0]), rule, remedy: MNIST_REMEDY })
  return null
}

const checkLabels = (path: string, labels: Bytes, images: Idx | null, problems: Problem[]) => {
  const stray = labels.findIndex((label) => label >= CLASSES)
  if (stray >= 0) {
    const rule = `must hold labels 0 to ${CLASSES - 1}, label ${stray} is ${labels[stray]}`
    problems.push({ path, rule, remedy: 'get the file again' })
  }
  if (images !== null && images.rows !== labels.length) {
    const rule = `must label the ${images.rows} rows of ${images.file.path}, labels ${labels.length}`
    problems.push({ path, rule, remedy: 'take both files from the same download' })
  }
}

/** Labelled images, of which only the labels have been read. */
export interface Images {
  readonly labels: Bytes
  readonly images: Idx
  readonly labelsFile: Idx['file']
}

/** Null where the problems say why. */
export const openImages = async (source: Source, stem: string): Promise<Images | null> => {
  const { problems } = source
  const images = await openPart(source, `${stem}-images`, [SIDE, SIDE])
  const labelsIdx = await openPart(source, `${stem}-labels`, [])
  const labels = labelsIdx && (await gathered(problems, readValues(labelsIdx)))
  if (labelsIdx === null || labels === null) return null
  checkLabels(labelsIdx.file.path, labels, images, problems)
  return images && { labels, images, labelsFile: labelsIdx.file }
}
