const MINUTE = 60
const HOUR = 3600

/** `7s`, `2m05s`, `1h02m`. */
export const durationOf = (seconds: number): string => {
  const whole = Math.round(seconds)
  const two = (count: number): string => String(count).padStart(2, '0')
  if (whole < MINUTE) return `${whole}s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m${two(whole % MINUTE)}s`
  return `${Math.floor(whole / HOUR)}h${two(Math.floor((whole % HOUR) / MINUTE))}m`
}
