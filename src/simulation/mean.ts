/** Arithmetic mean; NaN of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Of figures of which more is better. */
export const spread = (
  values: readonly number[]
): { mean: number; worst: number; best: number } => {
  const worst = Math.min(...values)
  const best = Math.max(...values)
  // Rounding may take the mean of equal values past them.
  return { mean: Math.min(best, Math.max(worst, mean(values))), worst, best }
}

/** JSON knows no NaN: a diverged run's numbers are null. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
