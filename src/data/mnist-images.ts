import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError, type Problem } from '../errors.ts'
import type { Bytes } from '../vector/vector.ts'
import type { Split } from './dataset.ts'
import { type Idx, readIdx } from './idx.ts'
import { MNIST_REMEDY } from './mnist-files.ts'

const SIDE = 28
/** Of one image. */
export const PIXELS = SIDE * SIDE
const CLASSES = 10

/** Mean and deviation of a training pixel / 255: the values that everybody uses. */
const MEAN = 0.1307
const DEVIATION = 0.3081
const NORMALISED = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - MEAN) / DEVIATION)

/** The names in use: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, and both with `.gz`. */
const namesOf = (stem: string, kind: string): string[] =>
  ['', '.gz'].flatMap((end) => [`${stem}-${kind}${end}`, `${stem}.${kind}${end}`])

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such folder',
  ENOTDIR: 'not a folder',
  EACCES: 'a folder that may not be read'
}

const list = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException
    const rule = REASONS[code] ?? `cannot be read as a folder (${code})`
    throw new InvalidInputError([{ path: folder, rule, remedy: MNIST_REMEDY }], { cause })
  }
}

interface Source {
  readonly folder: string
  readonly present: readonly string[]
  /** Every file is looked at before any of this is thrown. */
  readonly problems: Problem[]
}

interface File {
  readonly path: string
  readonly idx: Idx
}

const readPart = async (
  { folder, present, problems }: Source,
  stem: string,
  rowShape: readonly number[]
): Promise<File | null> => {
  const names = namesOf(stem, `idx${rowShape.length + 1}-ubyte`)
  const path = join(folder, names.find((name) => present.includes(name)) ?? names[0]!)
  if (!names.some((name) => present.includes(name))) {
    problems.push({ path, rule: 'must be there, plain or as .gz', remedy: MNIST_REMEDY })
    return null
  }
  try {
    return { path, idx: await readIdx(path, rowShape) }
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    problems.push(...error.problems)
    return null
  }
}

const checkLabels = ({ path, idx }: File, images: File | null, problems: Problem[]): void => {
  const stray = idx.values.findIndex((label) => label >= CLASSES)
  const remedy = 'get the file again'
  if (stray >= 0) {
    const rule = `must hold labels 0 to ${CLASSES - 1}, label ${stray} is ${idx.values[stray]}`
    problems.push({ path, rule, remedy })
  }
  if (images !== null && images.idx.rows !== idx.rows) {
    const rule = `must label the ${images.idx.rows} rows of ${images.path}, labels ${idx.rows}`
    problems.push({ path, rule, remedy: 'take both files from the same download' })
  }
}

/** Labelled images as their files hold them. */
export interface Images {
  readonly labels: Bytes
  readonly pixels: Bytes // [rows, SIDE, SIDE]
}

/** Null where the problems say why. */
export const readImages = async (source: Source, stem: string): Promise<Images | null> => {
  const images = await readPart(source, `${stem}-images`, [SIDE, SIDE])
  const labels = await readPart(source, `${stem}-labels`, [])
  if (labels !== null) checkLabels(labels, images, source.problems)
  return images && labels && { labels: labels.idx.values, pixels: images.idx.values }
}

/** The images of some rows, in that order. */
export const splitOf = ({ labels: all, pixels }: Images, rows?: Int32Array): Split => {
  const labels = rows === undefined ? all : Uint8Array.from(rows, (row) => all[row]!)
  return {
    labels,
    read: (index, into, offset) => {
      if (labels[index] === undefined) throw new RangeError(`row ${index} of ${labels.length}`)
      const start = (rows === undefined ? index : rows[index]!) * PIXELS
      for (let i = 0; i < PIXELS; i++) into[offset + i] = NORMALISED[pixels[start + i]!]!
    }
  }
}

export const openFolder = async (folder: string): Promise<Source> => ({
  folder,
  present: await list(folder),
  problems: []
})

export const MNIST_SHAPE = { classes: CLASSES, shape: [SIDE, SIDE, 1] } as const
