import { createHash } from 'node:crypto'

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** JSON that two equal values share, in whatever order their keys were written. */
export const canonical = (value: unknown): string => JSON.stringify(value, sorted)

export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex')

/** What tells two scenarios apart, left aside their seeds and where this machine keeps data and weights. */
export const fingerprint = (scenario: Readonly<Record<string, unknown>>): string => {
  const data = { ...(scenario['data'] as object), path: null }
  return hashOf({ ...scenario, seed: null, data, weights: null })
}
