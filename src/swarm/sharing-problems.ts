import type { Problem } from '../errors.ts'
import type { Manifest } from './manifest.ts'
import type { PublicFile, Sharing } from './sharing.ts'

/** Bytes of all files that a member has to fetch. */
export const publicBytes = (sharing: Sharing): number =>
  sharing.kind === 'public' ? sharing.files.reduce((sum, { bytes }) => sum + bytes, 0) : 0

const fileProblems = (files: readonly PublicFile[]): readonly Problem[] =>
  files.flatMap(({ name, urls, bytes }, i) => {
    const path = `sharing.files[${i}]`
    const problems: Problem[] = []
    // Some file systems take them for one.
    const lower = name.toLowerCase()
    if (files.findIndex((other) => other.name.toLowerCase() === lower) !== i) {
      const remedy = 'name every file once'
      problems.push({ path: `${path}.name`, rule: `must not be ${name} again`, remedy })
    }
    urls.forEach((url, j) => {
      const at = `${path}.urls[${j}]`
      if (!URL.canParse(url)) {
        problems.push({ path: at, rule: 'must be an address', remedy: 'give one of http or https' })
        return
      }
      const { username, password } = new URL(url)
      if (username === '' && password === '') return
      const remedy = 'serve the file without them'
      problems.push({ path: at, rule: 'must hold no user or password', remedy })
    })
    if (!Number.isSafeInteger(bytes)) {
      const remedy = 'give the length of the file'
      problems.push({ path: `${path}.bytes`, rule: 'must be a number of bytes', remedy })
    }
    return problems
  })

/** Everything that keeps a manifest's data from being shared as it says. */
export const sharingProblems = ({
  sharing,
  data,
  model
}: Pick<Manifest, 'sharing' | 'data' | 'model'>): readonly Problem[] => {
  if (sharing === undefined) return []
  const problems: Problem[] = []
  const refuse = (path: string, rule: string, remedy: string): void =>
    void problems.push({ path, rule, remedy })
  if (sharing.kind === 'own') {
    if (data.sha256 !== undefined) {
      const rule = 'names the files of everybody, and each has its own here'
      refuse('data.sha256', rule, 'leave it out, or share public data')
    }
    return problems
  }
  const listed = sharing.files.length > 0
  const made = data.name === 'glyphs' || data.name === 'none'
  if (made && listed) {
    refuse('sharing.files', `must be empty, ${data.name} has no files`, 'leave them out')
  }
  if (data.name === 'none' && model.name !== 'custom') {
    const remedy = 'leave it out, or take a model that learns from data'
    refuse('sharing', `has nothing to share with the model ${model.name}`, remedy)
  }
  if (data.name === 'images' && listed) {
    const rule = 'cannot hold images, which lie in folders'
    refuse('sharing.files', rule, 'list none, give data.sha256, and tell members where to get them')
  }
  return [...problems, ...fileProblems(sharing.files)]
}
