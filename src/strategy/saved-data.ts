import { z } from 'zod'

/** The data of something saved, as its schema has it. @throws RangeError where it is not so. */
export const savedData = <Schema extends z.ZodType>(
  schema: Schema,
  data: unknown
): z.output<Schema> => {
  const { success, data: parsed, error } = schema.safeParse(data)
  if (success) return parsed
  throw new RangeError(`what was saved is of something else: ${z.prettifyError(error)}`)
}

/** Of a random stream (random.ts), which checks the numbers itself. */
export const streamSchema = z.array(z.number()).readonly()
