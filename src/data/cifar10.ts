import { join } from 'node:path'
import { InvalidInputError, type Problem } from '../errors.ts'
import type { Bytes } from '../vector/vector.ts'
import type { Dataset, OnProgress, Places } from './dataset.ts'
import { type DataFile, findFile } from './files/data-file.ts'
import { listFolder } from './files/folder.ts'
import { eachRecord } from './files/records.ts'
import { refuse } from './files/refuse.ts'
import { range } from './range.ts'
import { scaleOf } from './scale.ts'

/**
 * CIFAR-10, binary version (Krizhevsky 2009): rows of a label and 1024 red, 1024 green and 1024 blue
 * bytes, line by line from the top.
 */
const SIDE = 32
const PLANE = SIDE * SIDE
const CHANNELS = 3
const VALUES = CHANNELS * PLANE
const ROW_BYTES = 1 + VALUES
const LAYOUT = { skip: 0, length: ROW_BYTES }
const CLASSES = 10

/** Of the 50,000 training images: mean and deviation of all pixels / 255 of a channel. */
const MEANS = [0.4914, 0.4822, 0.4465]
const DEVIATIONS = [0.247, 0.2435, 0.2616]

const TRAIN_FILES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`)
const TEST_FILE = 'test_batch.bin'
/** What the archive of the binary version unpacks to. */
const FOLDER = 'cifar-10-batches-bin'
const MAX_ROWS = 1_000_000

const REMEDY =
  'pass the folder that cifar-10-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html unpacks to: ' +
  '--set data.path=FOLDER'

/** What people have instead of the six files, and what is to be done then. */
const MISTAKEN: ReadonlyArray<readonly [RegExp, string, string]> = [
  [
    /^(data_batch_1|batches\.meta|cifar-10-batches-py|cifar-10-python\.tar\.gz)$/,
    'must hold the binary version, holds the one for Python',
    REMEDY
  ],
  [
    /^cifar-10-binary\.tar\.gz$/,
    'must hold the unpacked files, holds the archive',
    'unpack it there: tar -xzf cifar-10-binary.tar.gz'
  ],
  [/^cifar-100-/, 'must hold CIFAR-10, holds CIFAR-100', REMEDY]
]

/** The six files of the folder, or of the one in it that the archive unpacks to; the test's is the last. */
export const findCifar10 = async (folder: string | null): Promise<readonly DataFile[]> => {
  if (folder === null) return refuse('data.path', 'must name the folder of CIFAR-10', REMEDY)
  const names = (await listFolder(folder, REMEDY)).map(({ name }) => name)
  const wanted = [...TRAIN_FILES, TEST_FILE]
  const missing = wanted.filter((name) => !names.includes(name))
  if (missing.length === 0) {
    return Promise.all(wanted.map((name) => findFile(join(folder, name), REMEDY)))
  }
  if (names.includes(FOLDER)) return findCifar10(join(folder, FOLDER))
  if (missing.length === wanted.length) {
    for (const [name, rule, remedy] of MISTAKEN) {
      if (names.some((found) => name.test(found))) return refuse(folder, rule, remedy)
    }
    return refuse(folder, `must hold ${wanted.join(', ')}; none is there`, REMEDY)
  }
  const rule = 'must be there'
  throw new InvalidInputError(
    missing.map((name) => ({ path: join(folder, name), rule, remedy: REMEDY }))
  )
}

const lengthProblem = ({ path, bytes }: DataFile): Problem | null => {
  if (bytes > 0 && bytes % ROW_BYTES === 0 && bytes <= MAX_ROWS * ROW_BYTES) return null
  const rule = `must hold 1 to ${MAX_ROWS} rows of ${ROW_BYTES} bytes, has ${bytes} bytes`
  return { path, rule, remedy: 'it is cut off or something else: get it again' }
}

/** Writes the labels of a file from `first` on; returns what is wrong with them. */
const readLabels = async (
  file: DataFile,
  labels: Bytes,
  first: number
): Promise<Problem | null> => {
  let stray = -1
  await eachRecord(file, LAYOUT, (row, record) => {
    labels[first + row] = record[0]!
    if (record[0]! >= CLASSES && stray < 0) stray = row
  })
  if (stray < 0) return null
  const rule = `must hold labels 0 to ${CLASSES - 1}, that of row ${stray} is ${labels[first + stray]}`
  return { path: file.path, rule, remedy: 'it is damaged: get it again' }
}

/** Planes to pixels: r r r.. g g g.. b b b.. becomes r g b r g b.. */
const interleave = (record: Bytes, into: Bytes, offset: number): void => {
  for (let channel = 0; channel < CHANNELS; channel++) {
    const plane = 1 + channel * PLANE
    for (let i = 0; i < PLANE; i++) into[offset + CHANNELS * i + channel] = record[plane + i]!
  }
}

const loader = (files: readonly DataFile[], rows: number) => {
  return async (places: Places, into: Bytes, onProgress: OnProgress): Promise<void> => {
    let first = 0
    for (const file of files) {
      await eachRecord(file, LAYOUT, (row, record) => {
        const place = places[first + row]!
        if (place >= 0) interleave(record, into, place * VALUES)
      })
      first += file.bytes / ROW_BYTES
      onProgress(first / rows)
    }
  }
}

/** Of files that findCifar10 has found. @throws InvalidInputError with what is wrong with all of them */
export const openCifar10 = async (files: readonly DataFile[]): Promise<Dataset> => {
  const lengths = files.flatMap((file) => lengthProblem(file) ?? [])
  if (lengths.length > 0) throw new InvalidInputError(lengths)
  const starts = [0]
  for (const { bytes } of files) starts.push(starts.at(-1)! + bytes / ROW_BYTES)
  const rows = starts.at(-1)!
  const labels = new Uint8Array(rows)
  const problems: Problem[] = []
  for (const [i, file] of files.entries()) {
    const problem = await readLabels(file, labels, starts[i]!)
    if (problem !== null) problems.push(problem)
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  const test = starts[files.length - 1]!
  return {
    kind: 'bytes',
    name: 'cifar10',
    classes: CLASSES,
    shape: [SIDE, SIDE, CHANNELS],
    scale: scaleOf(MEANS, DEVIATIONS),
    labels,
    train: range(0, test),
    test: range(test, rows),
    load: loader(files, rows)
  }
}
