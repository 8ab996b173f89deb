import type { Problem } from '../errors.ts'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON where it is JSON, otherwise the text itself: `8`, `true`, `null`, `[128]`, `int4`. */
export const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

interface Assignment {
  readonly text: string
  readonly keys: readonly string[]
  readonly value: unknown
}

/** The two sides of `path=value`; null where it is no such thing. */
export const pathAndValue = (text: string): readonly [path: string, value: string] | null => {
  const at = text.indexOf('=')
  const path = text.slice(0, Math.max(0, at))
  return path.split('.').includes('') ? null : [path, text.slice(at + 1)]
}

/** Null where it is none. */
const parse = (text: string): Assignment | null => {
  const sides = pathAndValue(text)
  if (sides === null) return null
  const [path, value] = sides
  return { text, keys: path.split('.'), value: jsonOrText(value) }
}

const notAnAssignment = (text: string): Problem => ({
  path: `--set ${text}`,
  rule: 'must be a dotted path, an equals sign and a value',
  remedy: 'write it like --set data.partition.alpha=0.1'
})

/** Why nothing below `value` can be set, where `depth` keys of the path lead to it. */
const noFieldsIn = (value: unknown, depth: number, { text, keys }: Assignment): Problem => {
  const name = keys.slice(0, depth).join('.')
  const path = `--set ${text}`
  return Array.isArray(value)
    ? {
        path,
        rule: `${name} is an array, and arrays are set as a whole`,
        remedy: `write it like --set '${name}=${JSON.stringify(value).slice(0, 60)}'`
      }
    : {
        path,
        rule: `${name} is ${JSON.stringify(value).slice(0, 60)} and has no fields`,
        remedy: `set the field itself: --set ${name}=VALUE`
      }
}

/** A copy with the value in its place, sharing everything else. Objects that are missing are made. */
const assign = (
  place: unknown,
  depth: number,
  assignment: Assignment,
  problems: Problem[]
): unknown => {
  const key = assignment.keys[depth]
  if (key === undefined) return assignment.value
  if (place !== undefined && !isObject(place)) {
    problems.push(noFieldsIn(place, depth, assignment))
    return place
  }
  const inner = place !== undefined && Object.hasOwn(place, key) ? place[key] : undefined
  // A computed key defines a property of its own, even `__proto__`: the schema then refuses it.
  return { ...place, [key]: assign(inner, depth + 1, assignment, problems) }
}

export interface Overridden {
  readonly document: unknown
  readonly problems: readonly Problem[]
}

/** Sets `path=value` assignments, in their order, in a copy of a document; leaves out impossible ones. */
export const applyOverrides = (document: unknown, assignments: readonly string[]): Overridden => {
  const problems: Problem[] = []
  if (!isObject(document)) return { document, problems }
  let result: unknown = document
  for (const text of assignments) {
    const assignment = parse(text)
    if (assignment === null) problems.push(notAnAssignment(text))
    else result = assign(result, 0, assignment, problems)
  }
  return { document: result, problems }
}
