/** The grid of a sweep: what `--grid` says as axes, and all combinations of their values as cells. */
import type { Problem } from '../../errors.ts'
import { jsonOrText, pathAndValue } from '../overrides.ts'
import { canonical } from './canonical.ts'
import { splitList } from './list.ts'

/** One value of an axis. */
export interface AxisValue {
  /** What --set takes for it. */
  readonly text: string
  readonly value: unknown
}

export interface Axis {
  readonly path: string
  readonly values: readonly AxisValue[]
}

/** One combination: a value for each axis, in the axes' order. */
export interface Cell {
  /** Names the folders of its runs: its number, which tells cells apart, and a hint at its values. */
  readonly id: string
  readonly values: readonly AxisValue[]
}

const EXAMPLE = 'write it like --grid compression.name=int8,int4'

/** A text goes without its quotes, unless it would then be something else, as "8" would. */
const axisValue = (written: string): AxisValue => {
  const value = jsonOrText(written)
  const plain = typeof value === 'string' && jsonOrText(value) === value
  return { text: plain ? value : written, value }
}

/** Null, with a problem more, where `text` is no axis. */
const parseAxis = (text: string, problems: Problem[]): Axis | null => {
  const refuse = (rule: string, remedy: string): null => {
    problems.push({ path: `--grid ${text}`, rule, remedy })
    return null
  }
  const sides = pathAndValue(text)
  if (sides === null) {
    return refuse('must be a dotted path, an equals sign and values with commas between', EXAMPLE)
  }
  const [path, list] = sides
  if (path === 'seed') {
    return refuse('is no axis: means are taken over the seeds', 'give them like --seeds 1,2,5')
  }
  const { parts, closed } = splitList(list)
  if (!closed) {
    return refuse('has a bracket, a brace or a quote without its other half', 'close it')
  }
  if (parts.includes('')) {
    return refuse('has an empty value', `${EXAMPLE}; an empty text is written ""`)
  }
  const values = parts.map(axisValue)
  const seen = new Set<string>()
  const repeated = values.find(({ value }) => seen.size === seen.add(canonical(value)).size)
  if (repeated !== undefined) {
    return refuse(`gives the value ${repeated.text} twice`, 'give each value once')
  }
  return { path, values }
}

export interface Grid {
  readonly axes: readonly Axis[]
  readonly problems: readonly Problem[]
}

/** The axes of all `--grid` texts in their order, without those that have problems. */
export const parseGrid = (texts: readonly string[]): Grid => {
  const problems: Problem[] = []
  const axes: Axis[] = []
  for (const text of texts) {
    const axis = parseAxis(text, problems)
    if (axis === null) continue
    if (axes.every(({ path }) => path !== axis.path)) axes.push(axis)
    else {
      const rule = `${axis.path} is an axis already`
      const remedy = 'give all its values in one --grid'
      problems.push({ path: `--grid ${text}`, rule, remedy })
    }
  }
  return { axes, problems }
}

export const cellCount = (axes: readonly Axis[]): number =>
  axes.reduce((count, { values }) => count * values.length, 1)

const MAX_HINT = 60

/** `degree-4_name-int4`: what a file system takes, and no more of it than can be read. */
const hintOf = (axes: readonly Axis[], values: readonly AxisValue[]): string => {
  const parts = axes.map(({ path }, axis) => `${path.split('.').at(-1)}-${values[axis]!.text}`)
  const plain = parts.map((part) => part.replace(/[^\w.+-]+/g, '-').replace(/^-+|-+$/g, ''))
  return plain.join('_').slice(0, MAX_HINT) || 'base'
}

/** Every combination of the axes' values; the last axis changes fastest. Without axes: one cell. */
export const cellsOf = (axes: readonly Axis[]): readonly Cell[] => {
  let combinations: readonly (readonly AxisValue[])[] = [[]]
  for (const { values } of axes) {
    combinations = combinations.flatMap((chosen) => values.map((value) => [...chosen, value]))
  }
  const digits = String(combinations.length).length
  return combinations.map((values, index) => ({
    id: `${String(index + 1).padStart(digits, '0')}-${hintOf(axes, values)}`,
    values
  }))
}
