import { quote, refuse } from '../files/refuse.ts'
import type { Column } from './header.ts'

/** Ways to write that there is no value, in any case. */
const MISSING: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', '?'])

export const isMissing = (field: string): boolean =>
  field.length <= 4 && MISSING.has(field.toLowerCase())

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const LARGEST = 3.4e38

/** Where a field stands, for whoever must find it. */
export interface Place {
  readonly path: string
  /** From 1, the first line not counted. */
  readonly row: number
  readonly column: string
}

const refuseField = ({ path, row, column }: Place, rule: string, remedy: string): never =>
  refuse(path, `row ${row}, column ${quote(column)} ${rule}`, remedy)

/** The number that a field holds; NaN where it is missing. */
export const parseNumber = (place: Place, field: string): number => {
  if (isMissing(field)) return Number.NaN
  const value = NUMBER.test(field) ? Number(field) : Number.NaN
  if (Math.abs(value) <= LARGEST) return value
  const remedy = 'correct it, or name the column in data.categorical or data.ignore'
  return refuseField(place, `must hold a number, holds ${quote(field)}`, remedy)
}

export const refuseMissing = (place: Place): never =>
  refuseField(place, 'must hold a value', 'add it, remove the row, or set data.missing to mean')

export const refuseLabel = (place: Place): never =>
  refuseField(place, 'must hold a label', 'add it, or remove the row')

export const placeOf = (path: string, row: number, { name }: Pick<Column, 'name'>): Place => ({
  path,
  row: row + 1,
  column: name
})
