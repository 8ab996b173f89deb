import { join } from 'node:path'
import { type DataFile, findFile } from '../files/data-file.ts'
import { isFolder, listFolder } from '../files/folder.ts'
import { refuse } from '../files/refuse.ts'

/** The tables of a dataset. */
export interface CsvFiles {
  readonly train: DataFile
  /** Null: the test is drawn from the only file. */
  readonly test: DataFile | null
  readonly files: readonly DataFile[]
}

const [ENDING, TRAIN, TEST] = ['.csv', 'train.csv', 'test.csv'] as const

export const CSV_REMEDY =
  `pass a table, or a folder with one ${ENDING} file or with ${TRAIN} and ${TEST} in it: ` +
  '--set data.path=FILE'

const onlyFile = async (path: string): Promise<CsvFiles> => {
  const train = await findFile(path, CSV_REMEDY)
  return { train, test: null, files: [train] }
}

/** The table at `path`, or that of a folder, or its two. */
export const findCsv = async (path: string | null): Promise<CsvFiles> => {
  if (path === null) return refuse('data.path', 'must name the table', CSV_REMEDY)
  if (!(await isFolder(path))) return onlyFile(path)
  const names = (await listFolder(path, CSV_REMEDY))
    .map(({ name }) => name)
    .filter((name) => name.endsWith(ENDING))
  if (names.includes(TRAIN) && names.includes(TEST)) {
    const train = await findFile(join(path, TRAIN), CSV_REMEDY)
    const test = await findFile(join(path, TEST), CSV_REMEDY)
    return { train, test, files: [train, test] }
  }
  if (names.length === 1) return onlyFile(join(path, names[0]!))
  const rule = `must hold one ${ENDING} file, or ${TRAIN} and ${TEST}, holds ${names.length}`
  return refuse(path, rule, CSV_REMEDY)
}
