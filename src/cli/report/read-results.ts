import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError, type Problem } from '../../errors.ts'
import { type Results, resultsSchema } from '../../storage/results.ts'
import { check } from '../../swarm/problems.ts'
import { readDocument } from '../read-document.ts'

/** What runs write, and what simulations/ commits. */
const NAMES = ['results.json', 'result.json']
const MAX_MIB = 512
/** Scenarios are a few levels deep; walking down a million levels would end the program. */
const MAX_DEPTH = 64
/** A file of another kind breaks every rule there is. */
const MAX_PROBLEMS = 10

const SCHEMA = resultsSchema.shape.schema.value

const refusal = (path: string, rule: string, remedy: string): InvalidInputError =>
  new InvalidInputError([{ path: path === '' ? "''" : path, rule, remedy }])

const kindOf = async (path: string): Promise<'file' | 'folder' | null> => {
  const info = await stat(path).catch(() => null)
  if (info === null) return null
  return info.isDirectory() ? 'folder' : 'file'
}

/** The results' file, where `path` is that file or its folder. @throws InvalidInputError */
const fileOf = async (path: string): Promise<string> => {
  if ((await kindOf(path)) !== 'folder') return path
  for (const name of NAMES) {
    if ((await kindOf(join(path, name))) === 'file') return join(path, name)
  }
  throw refusal(
    path,
    `must hold a ${NAMES.join(' or ')}`,
    'give the folder of a finished run, or the file itself'
  )
}

const isDeep = (document: unknown): boolean => {
  let level: readonly unknown[] = [document]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : []
    )
  }
  return false
}

const schemaOf = (document: unknown): unknown =>
  typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null

const parse = (path: string, document: unknown): Results => {
  const schema = schemaOf(document)
  if (typeof schema !== 'string') {
    throw refusal(path, 'is not the results of a run', 'give the results.json that a run has left')
  }
  if (schema !== SCHEMA) {
    const rule = `is of schema ${JSON.stringify(schema.slice(0, 60))}; this version reads ${SCHEMA}`
    throw refusal(path, rule, 'use the version of swarmgrad that wrote it, or run it again')
  }
  if (isDeep(document)) {
    throw refusal(path, `is nested more than ${MAX_DEPTH} levels deep`, 'give an unchanged file')
  }
  const { data, problems } = check(resultsSchema, document)
  if (data !== null) return data
  const told = problems
    .slice(0, MAX_PROBLEMS)
    .map((problem): Problem => ({ ...problem, path: `${path}: ${problem.path}` }))
  throw new InvalidInputError(told)
}

export interface ReadResults {
  readonly file: string
  readonly results: Results
}

/** The results that a path leads to. @throws InvalidInputError */
export const readResults = async (path: string): Promise<ReadResults> => {
  const file = await fileOf(path)
  return { file, results: parse(file, await readDocument(file, MAX_MIB)) }
}

/** The same file given twice, by whatever path. */
export const duplicates = async (paths: readonly string[]): Promise<readonly Problem[]> => {
  const known = new Map<string, string>()
  const problems: Problem[] = []
  for (const path of paths) {
    const file = await fileOf(path)
      .then((found) => realpath(found))
      .catch(() => null)
    if (file === null) continue
    const earlier = known.get(file)
    if (earlier === undefined) known.set(file, path)
    else {
      problems.push({
        path,
        rule: `is the same file as ${earlier}`,
        remedy: 'give each run once'
      })
    }
  }
  return problems
}
