import type { Vector } from '../../vector/vector.ts'
import type { Dataset, OnProgress, Places } from '../dataset.ts'
import { drawTest } from '../draw-test.ts'
import { refuse } from '../files/refuse.ts'
import { range } from '../range.ts'
import { type Encoder, eachField, learnerOf } from './encoders.ts'
import { placeOf } from './fields.ts'
import type { CsvFiles } from './find-csv.ts'
import type { Column, CsvConfig } from './header.ts'
import { type LabelledRows, readLabels } from './labels.ts'
import { eachCsvRecord } from './records.ts'

/** Elements of one row; the widest that a recipe may ask of a layer. */
const MAX_WIDTH = 65_536

/** Shows the records of all tables, without their first lines. `row` counts through, `own` within the table. */
const eachRow = async (
  { files }: CsvFiles,
  visit: (fields: readonly string[], row: number, path: string, own: number) => void
): Promise<void> => {
  let row = 0
  for (const file of files) {
    await eachCsvRecord(file, (fields, index) => {
      if (index > 0) visit(fields, row++, file.path, index - 1)
    })
  }
}

interface EncodedColumn extends Encoder {
  readonly column: Column
  /** Of its first element in a row. */
  readonly offset: number
}

/** A second reading: what the training rows say of every column. */
const learnColumns = async (
  files: CsvFiles,
  { header, labels }: LabelledRows,
  train: Int32Array,
  config: CsvConfig
): Promise<readonly EncodedColumn[]> => {
  const isTraining = new Uint8Array(labels.length)
  for (const row of train) isTraining[row] = 1
  const learners = header.columns.map((column) => learnerOf(column, config))
  await eachRow(files, (fields, row, path, own) => {
    if (isTraining[row] === 1) eachField(path, own, learners, fields)
  })
  let offset = 0
  return learners.map((learner) => {
    const encoder = learner.encoder()
    const own = { ...encoder, column: learner.column, offset }
    offset += encoder.width
    return own
  })
}

/**
 * A table: numbers standardised by mean and deviation of the training rows, names one-hot. It is read
 * once for the labels, once for the columns, and once more for the rows that are kept.
 *
 * @throws InvalidInputError with what is wrong with it
 */
export const openCsv = async (files: CsvFiles, config: CsvConfig): Promise<Dataset> => {
  const found = await readLabels(files.files, config)
  const { labels, classes, counts } = found
  const { train, test } =
    files.test === null
      ? drawTest(labels, classes.length, config.test)
      : { train: range(0, counts[0]!), test: range(counts[0]!, labels.length) }
  const columns = await learnColumns(files, found, train, config)
  const width = columns.reduce((sum, column) => sum + column.width, 0)
  if (width < 1 || width > MAX_WIDTH) {
    const rule = `must make rows of 1 to ${MAX_WIDTH} elements, makes ${width}`
    return refuse(files.train.path, rule, 'name other columns in data.categorical or data.ignore')
  }
  const load = async (places: Places, into: Vector, onProgress: OnProgress): Promise<void> => {
    await eachRow(files, (fields, row, path, own) => {
      const place = places[row]!
      if (place < 0) return
      for (const { column, offset, encode } of columns) {
        const at = place * width + offset
        encode(placeOf(path, own, column), fields[column.field]!, into, at)
      }
      if (row % 1000 === 0) onProgress(row / labels.length)
    })
  }
  return {
    kind: 'floats',
    elements: columns.flatMap(({ elements }) => elements),
    name: 'csv',
    classes: classes.length,
    shape: [1, 1, width],
    labels,
    train,
    test,
    load
  }
}
