import type { z } from 'zod'
import type { Problem } from '../errors.ts'
import { expectedBy, keysOf, nounOf, shown } from './expected.ts'
import { choice, nearest } from './spelling.ts'

type Issue = z.core.$ZodIssue
/** Which part of a schema raised an issue: zod tells it to error maps only. */
type Origins = ReadonlyMap<string, unknown>

const SEE_DOCS =
  'see docs/simulating.md, and docs/peer-config.md for a peer, for the values it takes'

/** `data.partition.alpha`, `peers[2]`; the document itself is `(document)`. */
export const dottedPath = (path: readonly PropertyKey[]): string => {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += text === '' ? String(key) : `.${String(key)}`
  }
  return text === '' ? '(document)' : text
}

const keyOf = ({ code, path }: { code?: string; path?: readonly PropertyKey[] | undefined }) =>
  `${code} ${dottedPath(path ?? [])}`

const giving = (expected: string | null): string =>
  expected === null ? SEE_DOCS : `give ${expected}`

type Sentences = readonly [rule: string, remedy: string]

/** Issues hold their input only where check() has parsed. */
const isMissing = (issue: Issue): boolean => 'input' in issue && issue.input === undefined
const found = ({ input }: Issue): string => (input === undefined ? '' : `, is ${shown(input)}`)

const wrongType = (issue: z.core.$ZodIssueInvalidType, origin: unknown): Sentences => {
  const noun = nounOf(issue.expected)
  // A schema that has a message of its own says more than its type does.
  if (!issue.message.startsWith('Invalid input: expected')) return [issue.message, 'remove it']
  const rule = isMissing(issue) ? 'missing' : `must be ${noun}${found(issue)}`
  return [rule, giving(expectedBy(origin) ?? noun)]
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' elements' }

const wrongSize = (
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  bound: string,
  origin: unknown
): Sentences => {
  const remedy = giving(expectedBy(origin) ?? bound)
  const isEmpty = issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1
  if (isEmpty) return ['must not be empty', remedy]
  const unit = UNITS[issue.origin]
  return [`must be ${bound}${unit ?? found(issue)}`, remedy]
}

const wrongChoice = (value: unknown, known: readonly string[]): Sentences => [
  value === undefined ? 'missing' : `unknown value ${shown(value)}`,
  choice(typeof value === 'string' ? value : '', known)
]

const sentencesOf = (issue: Issue, origin: unknown): Sentences => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, origin)
    case 'too_small':
      return wrongSize(issue, `${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`, origin)
    case 'too_big':
      return wrongSize(issue, `${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`, origin)
    case 'invalid_value':
      return wrongChoice(issue.input, issue.values.map(String))
    case 'invalid_union': {
      const known = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
      const holder = issue.input as Readonly<Record<PropertyKey, unknown>> | undefined
      return known.length === 0
        ? [issue.message, SEE_DOCS]
        : wrongChoice(holder?.[issue.path.at(-1) ?? ''], known.map(String))
    }
    default:
      return [issue.message, SEE_DOCS]
  }
}

const removing = (known: readonly string[]): string =>
  known.length === 0 ? 'remove it' : `remove it (known here: ${known.join(', ')})`

const unknownKeys = (
  { keys }: z.core.$ZodIssueUnrecognizedKeys,
  path: readonly PropertyKey[],
  known: readonly string[]
): Problem[] =>
  keys.map((key) => ({
    path: dottedPath([...path, key]),
    rule: 'unknown key',
    remedy: nearest(key, known) === null ? removing(known) : choice(key, known)
  }))

/** Every problem that a schema found, each with its dotted path below `prefix`. */
const problemsOf = (
  error: z.ZodError,
  prefix: readonly PropertyKey[],
  origins: Origins
): Problem[] =>
  error.issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path]
    const origin = origins.get(keyOf(issue))
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path, keysOf(origin))
    const [rule, remedy] = sentencesOf(issue, origin)
    return { path: dottedPath(path), rule, remedy }
  })

/** What a schema makes of a document, or null, and everything that it finds wrong with it. */
export interface Checked<T> {
  readonly data: T | null
  readonly problems: readonly Problem[]
}

/** Parses with messages that say what was given, what would be right and what was probably meant. */
export const check = <T>(
  schema: z.ZodType<T>,
  document: unknown,
  prefix: readonly PropertyKey[] = []
): Checked<T> => {
  const origins = new Map<string, unknown>()
  const { data, error } = schema.safeParse(document, {
    reportInput: true,
    error: (issue) => {
      origins.set(keyOf(issue), issue.schema ?? issue.inst)
      return undefined
    }
  })
  return error === undefined
    ? { data, problems: [] }
    : { data: null, problems: problemsOf(error, prefix, origins) }
}
