/** Three digits: `0.0123`, `1.52`, `34.1`; as a power of ten where it is very small or large. */
export const numberText = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e4)) return value.toExponential(1)
  return String(Number(value.toPrecision(3)))
}

/** Three digits, and as many places of what it may be off by: `1.52 ± 0.04`. */
export const lossText = (value: number, half: number | null = null): string => {
  const size = Math.abs(value)
  const off = (text: (number: number) => string): string =>
    half === null ? text(value) : `${text(value)} ± ${text(half)}`
  if (size !== 0 && (size < 1e-3 || size >= 1e4)) return off((number) => number.toExponential(1))
  const places = size === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(size)))
  return off((number) => number.toFixed(places))
}

const MINUTE = 60
const HOUR = 3600

/** `340 ms`, `12.3 s`, `4.2 min`, `3.1 h` */
export const secondsText = (seconds: number): string => {
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`
  if (seconds < 2 * MINUTE) return `${seconds.toFixed(1)} s`
  if (seconds < 2 * HOUR) return `${(seconds / MINUTE).toFixed(1)} min`
  return `${(seconds / HOUR).toFixed(1)} h`
}
