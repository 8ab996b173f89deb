/** How a scenario's links compare with its machines. */
import type { Pace } from '../../report/strategies/comparison.ts'
import type { Scenario } from '../../simulation/scenario.ts'
import { middleOf } from './conditions.ts'

const upOf = (width: Scenario['network']['bandwidthMbps']): number =>
  typeof width === 'number' ? width : width.up

/** The uplink that half of the peers have at least. */
const medianUplink = ({ network }: Scenario): number => {
  if (network.classes.length === 0) return upOf(network.bandwidthMbps)
  const sorted = network.classes.toSorted((a, b) => upOf(a.bandwidthMbps) - upOf(b.bandwidthMbps))
  const whole = sorted.reduce((sum, { share }) => sum + share, 0)
  let below = 0
  const middle = sorted.find(({ share }) => {
    below += share
    return 2 * below >= whole
  })
  return upOf(middle!.bandwidthMbps)
}

const BITS_PER_PARAMETER = 32

/** Null in live mode: between processes of one machine. */
export const paceOf = (scenario: Scenario, parameters: number): Pace | null => {
  if (scenario.mode === 'live') return null
  return {
    sendMs: (parameters * BITS_PER_PARAMETER) / (1000 * medianUplink(scenario)),
    computeMs: scenario.training.localSteps * middleOf(scenario.stepMs)
  }
}
