import type { Vector } from '../../vector/vector.ts'
import type { Element } from '../dataset.ts'
import { quote, refuse } from '../files/refuse.ts'
import { isMissing, type Place, parseNumber, placeOf, refuseMissing } from './fields.ts'
import type { Column, CsvConfig } from './header.ts'
import { inOrder } from './order.ts'
import { addValue, deviationOf, noMoments } from './statistics.ts'

/** How one column's fields become elements of a row. */
export interface Encoder {
  /** Elements. */
  readonly width: number
  readonly elements: readonly Element[]
  encode(place: Place, field: string, into: Vector, offset: number): void
}

/** Looks at one column of the training rows, and then knows how to encode it. */
export interface Learner {
  readonly column: Column
  add(place: Place, field: string): void
  encoder(): Encoder
}

type Missing = CsvConfig['missing']

/** Names of one column. */
const MAX_CATEGORIES = 1000

/** (x - mean) / deviation; a missing value becomes the mean, which is 0. */
const numberLearner = (column: Column, missing: Missing): Learner => {
  const moments = noMoments()
  const parse = (place: Place, field: string): number => {
    const value = parseNumber(place, field)
    return Number.isNaN(value) && missing !== 'mean' ? refuseMissing(place) : value
  }
  return {
    column,
    add: (place, field) => {
      const value = parse(place, field)
      if (!Number.isNaN(value)) addValue(moments, value)
    },
    encoder: () => {
      const { mean } = moments
      const deviation = deviationOf(moments)
      return {
        width: 1,
        elements: [{ name: column.name, mean, deviation }],
        encode: (place, field, into, offset) => {
          const value = parse(place, field)
          // A column that never varies in the training says nothing.
          into[offset] = Number.isNaN(value) || deviation === 0 ? 0 : (value - mean) / deviation
        }
      }
    }
  }
}

/** One element for each name of the training rows, 1 for the field's; all are 0 for a name that is not among them. */
const categoryLearner = (column: Column, missing: Missing): Learner => {
  const names = new Set<string>()
  return {
    column,
    add: (place, field) => {
      if (isMissing(field)) {
        if (missing !== 'mean') refuseMissing(place)
        return
      }
      names.add(field)
      if (names.size <= MAX_CATEGORIES) return
      const rule = `column ${quote(column.name)} must have at most ${MAX_CATEGORIES} different names`
      refuse(place.path, rule, 'name it in data.ignore, or leave it out of data.categorical')
    },
    encoder: () => {
      const ordered = inOrder([...names])
      const places = new Map(ordered.map((name, i) => [name, i]))
      return {
        width: places.size,
        elements: ordered.map((name) => ({
          name: `${column.name}=${name}`,
          mean: 0,
          deviation: 1
        })),
        encode: (place, field, into, offset) => {
          if (isMissing(field) && missing !== 'mean') refuseMissing(place)
          into.fill(0, offset, offset + places.size)
          const own = isMissing(field) ? undefined : places.get(field)
          if (own !== undefined) into[offset + own] = 1
        }
      }
    }
  }
}

export const learnerOf = (column: Column, { missing }: CsvConfig): Learner =>
  column.kind === 'number' ? numberLearner(column, missing) : categoryLearner(column, missing)

/** Where fields are looked at, all columns of a record. */
export const eachField = (
  path: string,
  row: number,
  learners: readonly Learner[],
  fields: readonly string[]
): void => {
  for (const { column, add } of learners) add(placeOf(path, row, column), fields[column.field]!)
}
