/** A vertical axis that knows its own domain, so that labels can be put beside the chart. */
import { isLogarithmic, logTicks } from './axes.ts'

/** Margins of charts with an axis on the left, in CSS pixels. */
export const MARGIN = { top: 26, right: 16, bottom: 40, left: 58 } as const
/** The margins as a chart's options; the right one depends on what stands there. */
export const MARGINS = {
  marginTop: MARGIN.top,
  marginLeft: MARGIN.left,
  marginBottom: MARGIN.bottom
} as const

export interface ValueAxis {
  readonly logarithmic: boolean
  readonly domain: readonly [number, number]
  /** Pixels below the top of a chart this high. */
  place(value: number, height: number): number
  /** Plot's options of the scale. */
  readonly scale: Readonly<Record<string, unknown>>
}

/** Steps of 1, 2 or 5 times a power of ten, about `count` in a range. */
const stepOf = (range: number, count: number): number => {
  const rough = range / count
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
}

const STEPS = 6
/** Room above and below on a logarithmic axis, as a factor. */
const LOG_ROOM = 1.15

/** Below this a power of ten is read more easily than a row of zeros. */
const SMALL = 1e-3

const linearDomain = (low: number, high: number): readonly [number, number] => {
  const range = high > low ? high - low : Math.abs(high) || 1
  const step = stepOf(range, STEPS)
  const top = Math.ceil(high / step - 1e-9) * step
  const bottom = Math.floor(low / step + 1e-9) * step
  return bottom === top ? [bottom - step, top + step] : [bottom, top]
}

export interface AxisOptions {
  readonly label: string
  /** Null: where the values call for it. */
  readonly logarithmic?: boolean | null
  /** Values beyond these are never reached, as 0 and 100 %. */
  readonly within?: readonly [number, number]
}

/** An axis for these values; null where there are none. */
export const valueAxis = (
  values: readonly number[],
  { label, logarithmic: wanted = null, within }: AxisOptions
): ValueAxis | null => {
  if (values.length === 0) return null
  const low = values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const logarithmic = low > 0 && (wanted ?? isLogarithmic(values))
  const loose = logarithmic
    ? ([
        Math.max(Number.MIN_VALUE, low / LOG_ROOM),
        Math.min(Number.MAX_VALUE, high * LOG_ROOM)
      ] as const)
    : linearDomain(low, high)
  const domain =
    within === undefined
      ? loose
      : ([Math.max(within[0], loose[0]), Math.min(within[1], loose[1])] as const)
  const at = (value: number): number => (logarithmic ? Math.log(value) : value)
  const [bottom, top] = domain
  return {
    logarithmic,
    domain,
    place: (value, height) => {
      const share = (at(value) - at(bottom)) / (at(top) - at(bottom))
      return MARGIN.top + (1 - share) * (height - MARGIN.top - MARGIN.bottom)
    },
    scale: {
      type: logarithmic ? 'log' : 'linear',
      domain,
      label,
      grid: true,
      ...(logarithmic
        ? { ticks: logTicks(bottom, top), tickFormat: bottom < SMALL ? '~e' : '~g' }
        : {})
    }
  }
}
