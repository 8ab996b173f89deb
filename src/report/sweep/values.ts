/** Values of a sweep's axes as charts and tables write them. */

const MAX_TEXT = 28

/** The number that a value is; null where it is none. */
export const numberOf = (value: string): number | null => {
  const number = Number(value)
  return value.trim() === '' || !Number.isFinite(number) ? null : number
}

const parsed = (value: string): unknown => {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** An object by its name or kind and its other fields: `random-regular, degree 4`. */
const objectText = (fields: Readonly<Record<string, unknown>>): string => {
  const { name, kind, ...others } = fields
  const rest = Object.entries(others).map(([key, value]) => `${key} ${JSON.stringify(value)}`)
  return [name ?? kind, ...rest].filter((part) => part !== undefined).join(', ')
}

/** Short enough for an axis. */
export const shortValue = (value: string): string => {
  const found = parsed(value)
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
  const text = isObject ? objectText(found as Readonly<Record<string, unknown>>) : value
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}
