/**
 * Density and local steps that fit a byte budget (DESIGN 4.2): as dense as it allows, and where that
 * would be too sparse, longer rounds. More peers mean sparser deltas, so bytes stay what they were.
 */
import type { Budget } from '../../swarm/budget.ts'
import type { Milliseconds } from '../strategy.ts'

export interface BudgetBounds {
  readonly maxDensity: number
  /** Local steps of a round: as usual, and at the most. */
  readonly localSteps: number
  readonly maxLocalSteps: number
}

/** What a round costs: origins that every delta goes to, and parameters that it is chosen from. */
export interface BudgetLoad {
  readonly origins: number
  readonly parameters: number
  /** Bits of a value: 1 or 2. */
  readonly valueBits: number
  /** Of one local step; 0: not known yet. */
  readonly stepMs: Milliseconds
  /** What a round takes beside its local steps. */
  readonly waitMs: Milliseconds
}

export interface BudgetChoice {
  readonly density: number
  readonly localSteps: number
}

/** Sparser than this, longer rounds are the better way to save. */
const SPARSE = 0.005
const SPARSEST = 0.0001
/** Signature, head, frame, and the delta's share of offers and requests. */
const DELTA_OVERHEAD = 150
/** Rice codes against the entropy of evenly scattered indices. */
const RICE_EXCESS = 1.03
const HALVINGS = 40
const HOUR_MS = 3_600_000

const entropy = (p: number): number =>
  p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p)

/** Bytes of a delta of this density, frame and share of control messages included; an estimate. */
export const deltaBytes = (
  density: number,
  { parameters, valueBits }: Pick<BudgetLoad, 'parameters' | 'valueBits'>
): number => {
  const indices = parameters * entropy(density) * RICE_EXCESS
  return DELTA_OVERHEAD + (indices + parameters * density * valueBits) / 8
}

/** The density of deltas of so many bytes, found by bisection. */
const densityFor = (bytes: number, load: BudgetLoad, most: number): number => {
  let low = 0
  let high = most
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (deltaBytes(middle, load) > bytes) high = middle
    else low = middle
  }
  return low
}

/** Every peer passes on as many deltas as it receives: one of each other origin. */
export const chooseWithin = (
  budget: Budget,
  bounds: BudgetBounds,
  load: BudgetLoad
): BudgetChoice => {
  const passed = Math.max(1, load.origins - 1)
  let { localSteps } = bounds
  for (;;) {
    const round =
      'bytesPerRound' in budget
        ? (budget.bytesPerRound * localSteps) / bounds.localSteps
        : (budget.bytesPerHour * (localSteps * load.stepMs + load.waitMs)) / HOUR_MS
    const density = densityFor(round / passed, load, bounds.maxDensity)
    const longer = Math.min(bounds.maxLocalSteps, 2 * localSteps)
    if (density >= SPARSE || longer === localSteps) {
      return { density: Math.max(SPARSEST, density), localSteps }
    }
    localSteps = longer
  }
}
