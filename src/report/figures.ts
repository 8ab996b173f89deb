/** Numbers as the closing table shows them; `-` where there is none. */

export const percent = (fraction: number | null): string =>
  fraction === null ? '-' : `${(100 * fraction).toFixed(1)} %`

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const

/** Decimal units: `640 B`, `51.1 kB`, `1.7 MB`. */
export const bytesText = (bytes: number): string => {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  let scaled = bytes / 1000
  let unit = 0
  // 999.95 would be printed as 1000.0 of the smaller unit.
  while (scaled >= 999.95 && unit < UNITS.length - 1) {
    scaled /= 1000
    unit++
  }
  return `${scaled.toFixed(1)} ${UNITS[unit]}`
}

/** Two digits, as a power of ten where it is very small or large: `0.034`, `2.7e-16`. */
export const twoDigits = (value: number | null): string => {
  if (value === null) return '-'
  if (value === 0) return '0'
  const plain = Math.abs(value) >= 1e-3 && Math.abs(value) < 100
  return plain ? value.toPrecision(2) : value.toExponential(1)
}

/** What was sent beside ring all-reduce, as the end of a sentence. */
export const ratioText = (ratio: number | null): string => {
  if (ratio === null || ratio === 0) return ''
  const share = ratio >= 2 ? `1/${ratio.toFixed(0)} of` : `${(1 / ratio).toFixed(1)} times`
  return `, ${share} ring all-reduce`
}
