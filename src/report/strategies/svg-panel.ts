/** One chart of a figure that stands in a file of its own, as SVG text: axes, lines and error bars. */
import { isLogarithmic, logTicks } from '../charts/axes.ts'
import { valueAxis } from '../charts/value-axis.ts'
import { escapeHtml } from '../html.ts'

export interface PanelPoint {
  readonly x: number
  readonly y: number
  /** Null: no error bar. */
  readonly half: number | null
}

export interface PanelSeries {
  readonly colour: string
  readonly dash: string
  readonly points: readonly PanelPoint[]
}

export interface Panel {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  /** Names of the places 0, 1, ... of an axis without numbers. */
  readonly places?: readonly string[]
  /** Whether a line goes from place to place. */
  readonly connected?: boolean
  readonly within?: readonly [number, number]
  readonly series: readonly PanelSeries[]
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const LEFT = 48
const RIGHT = 10
const TOP = 28
const BOTTOM = 40
const TICKS = 6
/** Half of the room beside the first and the last place. */
const MARGIN_PLACES = 0.5
/** Pixels between error bars of two series over one place. */
const BESIDE = 4

const fixed = (value: number): string => value.toFixed(1)

const word = (x: number, y: number, anchor: string, text: string, more = ''): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}"${more}>${escapeHtml(text)}</text>`

/** Round numbers inside a range, about TICKS of them. */
const linearTicks = (low: number, high: number): readonly number[] => {
  const rough = (high - low) / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough * 0.999)!
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6))
  )
}

interface Scale {
  readonly ticks: readonly number[]
  /** 0 to 1 along the axis. */
  at(value: number): number
}

const scaleOf = (low: number, high: number, logarithmic: boolean): Scale => {
  const place = logarithmic ? Math.log : (value: number): number => value
  const [from, to] = [place(low), place(high)]
  return {
    ticks: logarithmic ? logTicks(low, high) : linearTicks(low, high),
    at: (value) => (place(value) - from) / (to - from || 1)
  }
}

const FAR_APART = 8

const xScaleOf = ({ places, series }: Panel): Scale => {
  if (places !== undefined) {
    const scale = scaleOf(-MARGIN_PLACES, places.length - MARGIN_PLACES, false)
    return { ticks: places.map((_, index) => index), at: scale.at }
  }
  const all = series.flatMap(({ points }) => points.map(({ x }) => x))
  const ends = series.flatMap(({ points }) => points.at(-1)?.x ?? [])
  const [low, high] = [Math.min(...all), Math.max(...all)]
  return isLogarithmic(ends, FAR_APART) && low > 0
    ? scaleOf(low, high, true)
    : scaleOf(Math.min(0, low), high, false)
}

const tickText = (value: number): string => String(Number(value.toPrecision(3)))

/** Empty text where no series has a point. */
export const svgPanel = (panel: Panel, box: Box): string => {
  const { title, xLabel, yLabel, places, connected, within, series } = panel
  const ends = series.flatMap(({ points }) =>
    points.flatMap(({ y, half }) => [y - (half ?? 0), y, y + (half ?? 0)])
  )
  const axis = valueAxis(ends, { label: yLabel, logarithmic: false, ...(within && { within }) })
  if (axis === null) return ''
  const [low, high] = axis.domain
  const [x, y] = [xScaleOf(panel), scaleOf(low, high, false)]
  const [left, right] = [box.left + LEFT, box.left + box.width - RIGHT]
  const [top, bottom] = [box.top + TOP, box.top + box.height - BOTTOM]
  const across = (value: number): number => left + x.at(value) * (right - left)
  const up = (value: number): number => {
    const share = y.at(Math.min(high, Math.max(low, value)))
    return bottom - share * (bottom - top)
  }
  const beside = (index: number): number => BESIDE * (index - (series.length - 1) / 2)
  const grid = y.ticks.map((tick) => {
    const at = fixed(up(tick))
    return `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>${word(left - 6, up(tick) + 4, 'end', tickText(tick))}`
  })
  const below = x.ticks.map((tick) =>
    word(across(tick), bottom + 16, 'middle', places?.[tick] ?? tickText(tick))
  )
  const drawn = series.map(({ colour, dash, points }, index) => {
    const dx = places === undefined ? 0 : beside(index)
    const path = points
      .map((point) => `${fixed(across(point.x) + dx)},${fixed(up(point.y))}`)
      .join(' ')
    const line =
      points.length > 1 && (places === undefined || connected === true)
        ? `<polyline points="${path}" stroke="${colour}" stroke-dasharray="${dash}"/>`
        : ''
    const marked = places !== undefined || points.length < 6
    const bars = points.map((point) => {
      const at = fixed(across(point.x) + dx)
      const dot = marked
        ? `<circle cx="${at}" cy="${fixed(up(point.y))}" r="2.6" fill="${colour}"/>`
        : ''
      if (point.half === null) return dot
      const [from, to] = [fixed(up(point.y - point.half)), fixed(up(point.y + point.half))]
      return `<line class="bar" x1="${at}" x2="${at}" y1="${from}" y2="${to}" stroke="${colour}"/>${dot}`
    })
    return [line, ...bars].join('')
  })
  return [
    word(box.left + 4, box.top + 14, 'start', title, ' class="title"'),
    ...grid,
    ...below,
    word((left + right) / 2, bottom + 33, 'middle', xLabel),
    ...drawn
  ].join('\n')
}
