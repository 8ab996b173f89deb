/** Numbers as people read them; a dash where there is none. */
const NONE = '–'
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

export const bytesText = (bytes) => {
  if (bytes === null || bytes === undefined) return NONE
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`
}

export const rateText = (bytes) => (bytes === null ? NONE : `${bytesText(bytes)}/s`)

export const percentText = (share, digits = 1) =>
  share === null || share === undefined ? NONE : `${(100 * share).toFixed(digits)} %`

export const countText = (count) =>
  count === null || count === undefined ? NONE : Math.round(count).toLocaleString('en')

/** Losses and other small figures: four digits. */
export const figureText = (value) => {
  if (value === null || value === undefined) return NONE
  if (value === 0) return '0'
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1e4 ? value.toPrecision(4) : value.toExponential(2)
}

export const durationText = (seconds) => {
  if (seconds === null || seconds === undefined) return NONE
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds - 60 * minutes)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export const agoText = (seconds) =>
  seconds === null ? 'never' : seconds < 1.5 ? 'just now' : `${durationText(seconds)} ago`

export const clockText = (time) =>
  new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** No line ends between a figure and what it counts. */
export const unbroken = (text) => text.replace(/(\d) (?=\S)/g, '$1\u00a0')

export const plural = (count, one, many = `${one}s`) =>
  `${countText(count)} ${count === 1 ? one : many}`

/** Names are long, and begin alike. */
export const shortName = (name, length = 8) => name.slice(-length)
