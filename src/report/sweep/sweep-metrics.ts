import { bytesUnit, type Unit } from '../charts/axes.ts'
import type { SweepMetricName } from '../sweep-summary.ts'

/** How a chart shows a figure of a sweep. */
export interface ShownMetric {
  readonly name: SweepMetricName
  /** At the head of a table's column. */
  readonly head: string
  /** Unit of the chart's axis, where the largest mean is this. */
  readonly unit: (most: number) => Unit
  readonly within?: readonly [number, number]
}

const plain =
  (name = ''): ShownMetric['unit'] =>
  () => ({ name, size: 1 })
const percentUnit: ShownMetric['unit'] = () => ({ name: '%', size: 0.01 })

export const SHOWN: readonly ShownMetric[] = [
  { name: 'accuracy', head: 'accuracy, mean', unit: percentUnit, within: [0, 100] },
  { name: 'worst', head: 'worst peer', unit: percentUnit, within: [0, 100] },
  { name: 'consensusModel', head: 'mean of the replicas', unit: percentUnit, within: [0, 100] },
  { name: 'validation', head: 'validation', unit: percentUnit, within: [0, 100] },
  { name: 'loss', head: 'loss', unit: plain() },
  { name: 'alone', head: 'alone', unit: percentUnit, within: [0, 100] },
  { name: 'centralised', head: 'centralised', unit: percentUnit, within: [0, 100] },
  { name: 'allReduce', head: 'all-reduce', unit: percentUnit, within: [0, 100] },
  { name: 'bytesPerPeer', head: 'sent per peer', unit: bytesUnit },
  { name: 'distance', head: 'consensus distance', unit: plain() },
  { name: 'roundsToGoal', head: 'rounds to goal', unit: plain() },
  { name: 'rate', head: 'rate', unit: plain() },
  { name: 'predictedRate', head: 'predicted rate', unit: plain() },
  { name: 'virtualSeconds', head: 'virtual time', unit: plain('s') }
]
