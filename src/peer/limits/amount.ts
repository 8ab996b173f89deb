import { InvalidInputError } from '../../errors.ts'

export const MEBI = 2 ** 20

/** One line of an estimate. */
export interface Part {
  readonly what: string
  readonly bytes: number
  /** What makes it smaller; null: nothing that an operator can do. */
  readonly shrink: string | null
}

export const totalOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0)

/** In MiB, with a digit behind the point below ten. */
export const mebibytes = (bytes: number): string => {
  const amount = bytes / MEBI
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} MiB`
}

/** The sum, line by line, largest first. */
export const arithmetic = (parts: readonly Part[]): string => {
  const lines = [...parts]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ what, bytes }) => `  ${mebibytes(bytes).padStart(10)}  ${what}`)
  return [...lines, `  ${mebibytes(totalOf(parts)).padStart(10)}  together`].join('\n')
}

/**
 * Refuses a limit of so many MiB that the estimate is above; null: no limit.
 *
 * @throws InvalidInputError that shows the arithmetic, and what would shrink its largest line
 */
export const checkWithin = (path: string, mebi: number | null, parts: readonly Part[]): void => {
  const total = totalOf(parts)
  if (mebi === null || total <= mebi * MEBI) return
  const least = Math.ceil(total / MEBI)
  const largest = parts
    .filter(({ shrink }) => shrink !== null)
    .toSorted((a, b) => b.bytes - a.bytes)[0]
  const remedy = `give ${least} or more${largest === undefined ? '' : `, or ${largest.shrink}`}`
  const rule = `${mebi} MiB are less than this peer takes, about ${least} MiB:\n${arithmetic(parts)}\n`
  throw new InvalidInputError([{ path, rule, remedy }])
}
