/** Where scenario documents differ, by dotted path. */

type Document = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every value that is no object, as JSON, by its dotted path; arrays count as one value. */
const leavesOf = (document: Document): ReadonlyMap<string, string> => {
  const leaves = new Map<string, string>()
  const visit = (value: unknown, path: string): void => {
    if (!isObject(value)) {
      leaves.set(path, JSON.stringify(value) ?? 'null')
      return
    }
    for (const [key, inner] of Object.entries(value)) {
      visit(inner, path === '' ? key : `${path}.${key}`)
    }
  }
  visit(document, '')
  return leaves
}

export interface Difference {
  readonly path: string
  /** By document: JSON, or null where the document has no such field. */
  readonly values: ReadonlyArray<string | null>
}

/** The fields in which documents differ, in the order in which they are first met. */
export const differencesOf = (documents: readonly Document[]): readonly Difference[] => {
  const leaves = documents.map(leavesOf)
  const paths = new Set(leaves.flatMap((own) => [...own.keys()]))
  return [...paths]
    .map((path) => ({ path, values: leaves.map((own) => own.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}
