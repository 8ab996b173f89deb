/** A mean with its deviation, as text. */
import { bytesText, twoDigits } from './figures.ts'
import type { SweepMetric, SweepMetricName } from './sweep-summary.ts'

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

const joined = ({ mean, deviation, n }: SweepMetric, text: (value: number) => string): string =>
  n === 1 ? text(mean) : `${text(mean)} ± ${text(deviation)}`

const percentSpread = (metric: SweepMetric): string =>
  `${joined(metric, (value) => (100 * value).toFixed(1))} %`

const bytesSpread = (metric: SweepMetric): string => {
  const unit = bytesText(metric.mean).split(' ')[1]!
  const scale = 1000 ** BYTE_UNITS.indexOf(unit)
  return `${joined(metric, (value) => (value / scale).toFixed(unit === 'B' ? 0 : 2))} ${unit}`
}

/** As many places for both as the mean needs for three digits. */
const numberSpread = (metric: SweepMetric): string => {
  const size = Math.abs(metric.mean)
  if (size !== 0 && (size < 1e-3 || size >= 1e4)) return joined(metric, twoDigits)
  const places = size === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(size)))
  return joined(metric, (value) => value.toFixed(places))
}

const fourDecimals = (metric: SweepMetric): string => joined(metric, (value) => value.toFixed(4))

const oneDecimal =
  (unit: string) =>
  (metric: SweepMetric): string =>
    joined(metric, (value) => value.toFixed(1)) + unit

const TEXTS: Readonly<Record<SweepMetricName, (metric: SweepMetric) => string>> = {
  accuracy: percentSpread,
  worst: percentSpread,
  consensusModel: percentSpread,
  validation: percentSpread,
  loss: numberSpread,
  alone: percentSpread,
  centralised: percentSpread,
  allReduce: percentSpread,
  bytesPerPeer: bytesSpread,
  distance: numberSpread,
  roundsToGoal: oneDecimal(''),
  rate: fourDecimals,
  predictedRate: fourDecimals,
  virtualSeconds: oneDecimal(' s')
}

/** `95.1 ± 0.3 %`; the number of runs behind it, where that is not `runs`: `41.0 ± 2.8 (2 of 3)`. */
export const spreadText = (
  name: SweepMetricName,
  metric: SweepMetric | null,
  runs: number
): string => {
  if (metric === null) return '-'
  const text = TEXTS[name](metric)
  return metric.n === runs ? text : `${text} (${metric.n} of ${runs})`
}
