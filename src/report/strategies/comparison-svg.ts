/** A comparison as one picture: a file of its own, for a README, that needs nothing else. */
import { bytesUnit, spread, timeUnit } from '../charts/axes.ts'
import { styleOf } from '../charts/lines-figure.ts'
import { escapeHtml } from '../html.ts'
import type { Comparison, ConditionResult, MeanPoint } from './comparison.ts'
import { askedOf } from './contest.ts'
import { type Panel, type PanelPoint, type PanelSeries, svgPanel } from './svg-panel.ts'
import { titleOf } from './terminal.ts'

/** The series of page/page.css: a picture in a README is seen on light and on dark ground. */
const COLOURS: ReadonlyArray<readonly [light: string, dark: string]> = [
  ['#0072b2', '#56b4e9'],
  ['#d55e00', '#ff8f4a'],
  ['#008060', '#2cc59a'],
  ['#aa4499', '#e394cf'],
  ['#dd9300', '#f2c230'],
  ['#332288', '#a79bf2'],
  ['#882255', '#f0708f'],
  ['#6b6b6b', '#b8b8b8']
]

const WIDTH = 860
const PANEL = { width: 420, height: 270 } as const
const GAP = 14
const HEAD = 34
const LEGEND_LINE = 20
const LEGEND_COLUMN = 210
/** Error bars of a curve: more would hide it. */
const MAX_BARS = 8
const MAX_POINTS = 120
const MS = 1000

const variables = (ground: 0 | 1): string =>
  COLOURS.map((pair, index) => `--s${index}:${pair[ground]};`).join('')

const STYLE = [
  `svg{${variables(0)}--ink:#1d1d1f;--line:#e2e2e2;--ground:#fff}`,
  `@media (prefers-color-scheme:dark){svg{${variables(1)}--ink:#e8e8e8;--line:#3a3a3c;--ground:#1c1c1e}}`,
  'text{font:12px system-ui,sans-serif;fill:var(--ink)}.title{font-weight:600;font-size:13px}',
  '.grid{stroke:var(--line)}.ground{fill:var(--ground)}',
  'polyline{fill:none;stroke-width:1.8}.bar{stroke-width:1.2}'
].join('')

interface Named {
  readonly name: string
  readonly points: readonly PanelPoint[]
}

const seriesOf = (all: readonly Named[]): readonly PanelSeries[] =>
  all.map(({ points }, index) => ({
    colour: `var(--s${index % COLOURS.length})`,
    dash: styleOf(index).dash,
    points
  }))

const curvePanel = (
  comparison: Comparison,
  title: string,
  value: (point: MeanPoint) => number,
  unitOf: typeof bytesUnit,
  label: string
): Panel => {
  const scale = comparison.measure === 'accuracy' ? 100 : 1
  const all = comparison.strategies.map((strategy) => ({
    name: strategy.strategy,
    curve: spread(askedOf(strategy)?.curve ?? [], MAX_POINTS)
  }))
  const unit = unitOf(Math.max(0, ...all.flatMap(({ curve }) => curve.map(value))))
  return panelOf(comparison, {
    title,
    xLabel: `${label} (${unit.name})`,
    series: seriesOf(
      all.map(({ name, curve }) => {
        const barred = new Set(spread(curve, MAX_BARS))
        return {
          name,
          points: curve.map((point) => ({
            x: value(point) / unit.size,
            y: scale * point.quality.mean,
            half:
              barred.has(point) && point.quality.half !== null ? scale * point.quality.half : null
          }))
        }
      })
    )
  })
}

const panelOf = ({ measure }: Comparison, panel: Omit<Panel, 'yLabel' | 'within'>): Panel => ({
  ...panel,
  yLabel: measure,
  ...(measure === 'accuracy' ? { within: [0, 100] as const } : {})
})

const conditionPanel = (
  comparison: Comparison,
  title: string,
  chosen: (condition: ConditionResult) => boolean,
  placeOf: (condition: ConditionResult) => number | string,
  xLabel: string
): Panel | null => {
  const scale = comparison.measure === 'accuracy' ? 100 : 1
  const own = comparison.strategies.map(({ strategy, conditions }) => ({
    name: strategy,
    conditions: conditions.filter((one) => chosen(one) && one.quality !== null)
  }))
  const found = [...new Set(own.flatMap(({ conditions }) => conditions.map(placeOf)))]
  if (found.length < 2) return null
  const places = found.toSorted((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : found.indexOf(a) - found.indexOf(b)
  )
  return panelOf(comparison, {
    title,
    xLabel,
    places: places.map(String),
    connected: places.every((place) => typeof place === 'number'),
    series: seriesOf(
      own.map(({ name, conditions }) => ({
        name,
        points: conditions
          .map((condition) => ({
            x: places.indexOf(placeOf(condition)),
            y: scale * condition.quality!.mean,
            half: condition.quality!.half === null ? null : scale * condition.quality!.half
          }))
          .toSorted((a, b) => a.x - b.x)
      }))
    )
  })
}

const panelsOf = (comparison: Comparison): readonly Panel[] => {
  const { measure } = comparison
  const what = measure === 'accuracy' ? 'test accuracy (%)' : 'test loss'
  return [
    curvePanel(
      comparison,
      `${what} against bytes`,
      ({ bytes }) => bytes,
      bytesUnit,
      'sent by each peer'
    ),
    curvePanel(comparison, 'against time', ({ seconds }) => MS * seconds, timeUnit, 'time'),
    conditionPanel(
      comparison,
      'against peers',
      ({ kind }) => kind === 'asked' || kind === 'peers',
      ({ peers }) => peers,
      'peers'
    ),
    conditionPanel(
      comparison,
      'under loss and churn',
      ({ kind }) => kind !== 'peers',
      ({ label }) => label,
      ''
    )
  ].filter((panel) => panel !== null)
}

const legend = ({ strategies }: Comparison, top: number): string =>
  strategies
    .map(({ strategy }, index) => {
      const perLine = Math.floor(WIDTH / LEGEND_COLUMN)
      const x = 8 + (index % perLine) * LEGEND_COLUMN
      const y = top + Math.floor(index / perLine) * LEGEND_LINE
      const { dash } = styleOf(index)
      return `<line x1="${x}" x2="${x + 22}" y1="${y - 4}" y2="${y - 4}" stroke="var(--s${index % COLOURS.length})" stroke-width="2.5" stroke-dasharray="${dash}"/><text x="${x + 28}" y="${y}">${escapeHtml(strategy)}</text>`
    })
    .join('\n')

export const comparisonSvg = (comparison: Comparison): string => {
  const panels = panelsOf(comparison)
  const perLine = Math.floor(WIDTH / LEGEND_COLUMN)
  const legendTop = HEAD + 8
  const top = legendTop + Math.ceil(comparison.strategies.length / perLine) * LEGEND_LINE
  const height = top + Math.ceil(panels.length / 2) * (PANEL.height + GAP)
  const drawn = panels.map((panel, index) =>
    svgPanel(panel, {
      left: (index % 2) * (WIDTH - PANEL.width),
      top: top + Math.floor(index / 2) * (PANEL.height + GAP),
      ...PANEL
    })
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escapeHtml(titleOf(comparison))}</title>
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
<text class="title" x="8" y="20">${escapeHtml(titleOf(comparison))}</text>
${legend(comparison, legendTop + 6)}
${drawn.join('\n')}
</svg>
`
}
