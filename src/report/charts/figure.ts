/**
 * A chart as data: what Observable Plot is called with in the reader's browser (page/page.js). Rows are
 * kept by column, and colours are the page's CSS variables, so that light, dark and print need no
 * second drawing.
 */

export type Cell = number | string | null
export type Column = readonly Cell[]

/** Marks of Plot that our charts are made of. */
export type MarkName =
  | 'areaY'
  | 'cell'
  | 'dot'
  | 'line'
  | 'link'
  | 'rect'
  | 'ruleX'
  | 'ruleY'
  | 'text'
  | 'tickX'

type Options = Readonly<Record<string, unknown>>

export interface Mark {
  readonly mark: MarkName
  /** Rows of the columns among the options. */
  readonly length: number
  readonly options: Options
}

/** A mark over rows; every column must have as many. */
export const mark = (
  name: MarkName,
  columns: Readonly<Record<string, Column>>,
  options: Options = {}
): Mark => {
  const lengths = new Set(Object.values(columns).map(({ length }) => length))
  if (lengths.size !== 1) throw new RangeError(`columns of ${name} differ: ${[...lengths]}`)
  const [length] = lengths
  return { mark: name, length: length!, options: { ...columns, ...options } }
}

/** Marks that the reader can switch on and off; they lie below the others. */
export interface Layer {
  readonly name: string
  readonly shown: boolean
  readonly marks: readonly Mark[]
}

/** Marks that take turns, chosen with a slider. */
export interface Frame {
  readonly label: string
  readonly marks: readonly Mark[]
  /** What replaces options of the whole chart, such as the domain of an axis. */
  readonly options?: Options
}

export interface LegendEntry {
  readonly label: string
  readonly colour: string
  readonly shape: 'line' | 'dashed' | 'dotted' | 'area' | 'dot' | 'hollow' | 'block'
}

export interface Figure {
  /** Said to readers who do not see the chart. */
  readonly label: string
  /** In CSS pixels. Null: as high as it is wide, up to `MAX_SQUARE`. */
  readonly height: number | null
  /** Of the whole chart: margins and scales. */
  readonly options: Options
  readonly marks: readonly Mark[]
  readonly layers?: readonly Layer[]
  readonly frames?: readonly Frame[]
  /** Also draws frames side by side, small: all that print can show of them. */
  readonly multiples?: readonly number[]
  readonly legend?: readonly LegendEntry[]
}

/** Colours of series, by CSS variable; `page/page.css` has them for light and dark. */
export const SERIES = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `var(--series-${n})`)

export const COLOUR = {
  main: 'var(--series-1)',
  alone: 'var(--series-2)',
  centralised: 'var(--series-3)',
  allReduce: 'var(--series-4)',
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  onStrong: 'var(--on-strong)',
  line: 'var(--line)',
  compute: 'var(--series-1)',
  exchange: 'var(--series-5)',
  wait: 'var(--wait)',
  away: 'var(--away)',
  fault: 'var(--series-2)'
} as const
