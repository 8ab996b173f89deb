/** Puts what several things have saved together, and takes it apart again. */
import type { Saved, SavedVector } from './saved.ts'

/** The vectors under `name/...`. */
export const under = (name: string, { vectors }: Saved): Record<string, SavedVector> =>
  Object.fromEntries(Object.entries(vectors).map(([key, vector]) => [`${name}/${key}`, vector]))

/** Those that lie under `name/...`, without it. */
export const partOf = ({ vectors }: Saved, name: string, data: unknown): Saved => {
  const prefix = `${name}/`
  const part = Object.entries(vectors).flatMap(([key, vector]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), vector] as const] : []
  )
  return { vectors: Object.fromEntries(part), data }
}

/** @throws RangeError where there is no such float32 vector, or it has another length. */
export const savedFloats = (
  { vectors }: Saved,
  name: string,
  length: number
): Float32Array<ArrayBuffer> => {
  const vector = vectors[name]
  if (!(vector instanceof Float32Array) || vector.length !== length) {
    throw new RangeError(`what was saved has no float32 vector ${name} of ${length} elements`)
  }
  return vector
}

/** @throws RangeError where what was saved has other vectors than these. */
export const checkNames = ({ vectors }: Saved, names: readonly string[]): void => {
  const found = Object.keys(vectors).sort().join(', ')
  const expected = [...names].sort().join(', ')
  if (found !== expected) {
    throw new RangeError(`what was saved has the vectors [${found}], not [${expected}]`)
  }
}
