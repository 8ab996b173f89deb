/** Arithmetic mean; NaN of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** JSON knows no NaN: a diverged run's numbers are null. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
