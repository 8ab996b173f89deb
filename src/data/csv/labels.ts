import type { Bytes } from '../../vector/vector.ts'
import type { DataFile } from '../files/data-file.ts'
import { quote, refuse } from '../files/refuse.ts'
import { isMissing, refuseLabel } from './fields.ts'
import { type CsvConfig, type Header, readHeader } from './header.ts'
import { inOrder } from './order.ts'
import { eachCsvRecord } from './records.ts'

/** What a label, a byte, can number. */
const MAX_CLASSES = 256
const MAX_ROWS = 10_000_000

/** What a first reading of all tables finds: how many rows there are, and of which class. */
export interface LabelledRows {
  readonly header: Header
  /** Class of every row, file by file. */
  readonly labels: Bytes
  /** By number, in the order of numbers where all are numbers, else of letters. */
  readonly classes: readonly string[]
  /** Rows of every file. */
  readonly counts: readonly number[]
}

const checkSame = ({ path }: DataFile, names: readonly string[], first: readonly string[]) => {
  if (names.length === first.length && names.every((name, i) => name === first[i])) return
  const rule = `must have the first line of the other table: ${quote(first.join(','))}`
  refuse(path, rule, 'give both tables the same columns in the same order')
}

const grown = (bytes: Bytes): Bytes => {
  const larger = new Uint8Array(2 * bytes.length)
  larger.set(bytes)
  return larger
}

/** @throws InvalidInputError */
export const readLabels = async (
  files: readonly DataFile[],
  config: CsvConfig
): Promise<LabelledRows> => {
  const numbers = new Map<string, number>()
  const counts: number[] = []
  let header: Header | null = null
  let found: Bytes = new Uint8Array(1024)
  let rows = 0

  const add = (path: string, fields: readonly string[], { label, names }: Header, row: number) => {
    const name = fields[label]!
    if (isMissing(name)) refuseLabel({ path, row, column: names[label]! })
    const number = numbers.get(name) ?? numbers.size
    if (number === MAX_CLASSES) {
      const rule = `must have at most ${MAX_CLASSES} different labels in ${quote(names[label]!)}`
      refuse(path, rule, 'name the column of the classes in data.label; numbers are not predicted')
    }
    numbers.set(name, number)
    if (rows === MAX_ROWS) refuse(path, `must hold at most ${MAX_ROWS} rows`, 'take fewer')
    if (rows === found.length) found = grown(found)
    found[rows++] = number
  }

  for (const file of files) {
    const before = rows
    let own: Header | null = null
    await eachCsvRecord(file, (fields, index) => {
      if (index > 0) return add(file.path, fields, own!, index)
      own = readHeader(file.path, fields, config)
      if (header !== null) checkSame(file, fields, header.names)
      header ??= own
    })
    if (rows === before) refuse(file.path, 'must hold rows below its first line', 'add some')
    counts.push(rows - before)
  }
  if (numbers.size < 2) {
    refuse(files[0]!.path, 'must hold two different labels at least', 'name another column')
  }
  const classes = inOrder([...numbers.keys()])
  const order = new Uint8Array(MAX_CLASSES)
  classes.forEach((name, label) => {
    order[numbers.get(name)!] = label
  })
  return { header: header!, classes, counts, labels: found.slice(0, rows).map((n) => order[n]!) }
}
