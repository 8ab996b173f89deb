import { z } from 'zod'

/** What zod calls a type, in words that go after "must be" and "give". */
const NOUNS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object'
}

export const nounOf = (type: string): string => NOUNS[type] ?? type

/** A value as it is shown in a sentence: short, and without what is inside of it. */
export const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
}

/** " from 1 to 10000", " above 0 and at most 100"; the limits of whole numbers as such are not told. */
const boundsOf = (schema: z.ZodNumber): string => {
  const {
    minimum: least,
    exclusiveMinimum: above,
    maximum: most,
    exclusiveMaximum: below
  } = z.toJSONSchema(schema)
  const meant = (bound: unknown): bound is number =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  if (meant(least) && meant(most)) return ` from ${least} to ${most}`
  const parts = [
    ...(meant(least) ? [`at least ${least}`] : []),
    ...(meant(above) ? [`above ${above}`] : []),
    ...(meant(most) ? [`at most ${most}`] : []),
    ...(meant(below) ? [`below ${below}`] : [])
  ]
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}

/** What to give where `schema` is expected: "a whole number from 1 to 10000"; null: cannot say. */
export const expectedBy = (schema: unknown): string | null => {
  if (schema instanceof z.ZodNumber) {
    return `${schema.isInt ? NOUNS['int'] : NOUNS['number']}${boundsOf(schema)}`
  }
  if (schema instanceof z.ZodString) return 'text in double quotes'
  if (schema instanceof z.ZodEnum) return `one of: ${schema.options.join(', ')}`
  if (schema instanceof z.ZodObject) return `an object with ${Object.keys(schema.shape).join(', ')}`
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def
    const names = [...(schema._zod.propValues?.[discriminator] ?? [])].map(String)
    return `an object whose ${discriminator} is ${names.length === 1 ? '' : 'one of: '}${names.join(', ')}`
  }
  return null
}

/** The keys that `schema` knows; none when it is not an object's. */
export const keysOf = (schema: unknown): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
