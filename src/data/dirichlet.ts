import type { Random } from '../random.ts'

/**
 * Below this a share is 0 or 1 to the last bit of a float64 anyway, and logarithms stay finite: the
 * smallest uniform draw is 2^-32, so ln(u) / alpha >= -2.3e7.
 */
const SMALLEST_ALPHA = 1e-6

/**
 * ln of a Gamma(alpha, 1) draw: Marsaglia and Tsang 2000, "A simple method for generating gamma
 * variables"; for alpha < 1 their section 6, gamma(alpha) = gamma(alpha + 1) u^(1/alpha). As a
 * logarithm, because u^(1/0.01) is 0 in floating point for most u.
 */
export const logGamma = (random: Random, alpha: number): number => {
  if (alpha < 1) return logGamma(random, alpha + 1) + Math.log(1 - random.next()) / alpha
  const d = alpha - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = 1 - random.next()
    if (Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return Math.log(d * v)
  }
}

/** One draw from a symmetric Dirichlet distribution: shares of 1. // [length] */
export const dirichlet = (random: Random, alpha: number, length: number): Float64Array => {
  const logs = Float64Array.from({ length }, () =>
    logGamma(random, Math.max(alpha, SMALLEST_ALPHA))
  )
  const largest = logs.reduce((a, b) => Math.max(a, b), -Infinity)
  const shares = logs.map((log) => Math.exp(log - largest))
  const total = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / total)
}
