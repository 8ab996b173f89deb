/** Counts by row and column: colour by share, the count written into the cell. */
import { COLOUR, type Figure, mark } from './figure.ts'

export interface HeatMap {
  readonly label: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly rowLabel: string
  readonly columnLabel: string
  readonly counts: ReadonlyArray<readonly number[]>
  /** What a cell's colour is a share of. */
  readonly whole: (row: number) => number
  readonly cellPixels: number
  /** In a tooltip. */
  readonly title: (row: number, column: number, count: number, share: number) => string
  readonly colour?: string
}

/** Counts in more cells than this would not be read. */
const MAX_WRITTEN = 20 * 40
/** From this share on the cell is so dark that its count is written in the ground's colour. */
const STRONG = 0.55
const MARGIN_TOP = 40

export const heatMap = (map: HeatMap): Figure => {
  const cells = map.counts.flatMap((row, r) =>
    row.map((count, c) => {
      const whole = map.whole(r)
      const share = whole === 0 ? 0 : count / whole
      return {
        x: map.columns[c]!,
        y: map.rows[r]!,
        count,
        share,
        title: map.title(r, c, count, share)
      }
    })
  )
  const filled = cells.filter(({ count }) => count > 0)
  const written = cells.length > MAX_WRITTEN ? [] : filled
  const textOf = (chosen: typeof filled, fill: string) =>
    mark(
      'text',
      {
        x: chosen.map(({ x }) => x),
        y: chosen.map(({ y }) => y),
        text: chosen.map(({ count }) => String(count))
      },
      { fill, fontSize: 11 }
    )
  const longest = map.rows.reduce((most, { length }) => Math.max(most, length), 0)
  return {
    label: map.label,
    height: MARGIN_TOP + 8 + map.rows.length * map.cellPixels,
    options: {
      marginTop: MARGIN_TOP,
      marginRight: 4,
      marginBottom: 8,
      marginLeft: 30 + 6.5 * longest,
      x: {
        axis: 'top',
        label: map.columnLabel,
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: map.columns,
        tickSize: 0
      },
      y: {
        label: map.rowLabel,
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: map.rows,
        tickSize: 0
      },
      opacity: { type: 'identity' }
    },
    marks: [
      mark(
        'cell',
        {
          x: cells.map(({ x }) => x),
          y: cells.map(({ y }) => y),
          fillOpacity: cells.map(({ share }) => share),
          title: cells.map(({ title }) => title)
        },
        {
          fill: map.colour ?? COLOUR.main,
          stroke: COLOUR.line,
          strokeWidth: 0.5,
          inset: 0.5,
          tip: true
        }
      ),
      ...(written.length === 0
        ? []
        : [
            textOf(
              written.filter(({ share }) => share < STRONG),
              COLOUR.ink
            ),
            textOf(
              written.filter(({ share }) => share >= STRONG),
              COLOUR.onStrong
            )
          ].filter(({ length }) => length !== 0))
    ]
  }
}
