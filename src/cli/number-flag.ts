import { InvalidInputError } from '../errors.ts'

export interface NumberRule {
  readonly flag: string
  readonly least: number
  readonly most?: number
  /** @default true */
  readonly whole?: boolean
  readonly example: string
}

/** What a flag's text says. @throws InvalidInputError where that is no such number */
export const numberFlag = (
  text: string,
  { flag, least, most = Number.MAX_SAFE_INTEGER, whole = true, example }: NumberRule
): number => {
  const value = Number(text)
  const isOne = text.trim() !== '' && (whole ? Number.isSafeInteger(value) : Number.isFinite(value))
  if (isOne && value >= least && value <= most) return value
  const kind = whole ? 'a whole number' : 'a number'
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  const rule = `must be ${kind} ${range}, is '${text}'`
  throw new InvalidInputError([{ path: flag, rule, remedy: `write it like ${flag} ${example}` }])
}
