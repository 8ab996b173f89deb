import { stat } from 'node:fs/promises'
import { dirname, join, normalize, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { isThere } from '../data/files/is-there.ts'
import { openDataset } from '../data/index.ts'
import { InvalidInputError } from '../errors.ts'
import { parseScenario, type Scenario, scenarioSchema } from '../simulation/scenario.ts'
import { Gathered } from './gathered.ts'
import { withEmptyTopology, withTopology } from './model-file.ts'
import { applyOverrides, type Overridden } from './overrides.ts'
import { PACKAGE_FOLDER } from './package-folder.ts'
import { readDocument } from './read-document.ts'

const FILE = 'scenario.json'
const SIMULATIONS = `simulations${sep}`

/**
 * simulations/... is the package's own where there is no such file here: documents name it so, and whoever
 * has installed the package runs it anywhere.
 */
const placeOf = async (given: string): Promise<string> => {
  const path = normalize(given)
  if (!path.startsWith(SIMULATIONS) || (await isThere(path))) return given
  const own = join(fileURLToPath(PACKAGE_FOLDER), path)
  return (await isThere(own)) ? own : given
}

/** The scenario's file, where `given` is that file or its folder. */
const scenarioFileOf = async (given: string): Promise<string> => {
  const path = await placeOf(given)
  const info = await stat(path).catch(() => null)
  if (info?.isDirectory() !== true) return path
  const file = join(path, FILE)
  if (await isThere(file)) return file
  const remedy = `give a folder with a ${FILE}, or the file itself`
  throw new InvalidInputError([{ path, rule: `must hold a ${FILE}`, remedy }])
}

/** Fields of a document that are paths of files here. */
const PATHS = [
  ['data', 'path'],
  ['model', 'topology'],
  ['weights', 'path']
] as const

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>

/** Relative paths are made absolute; nothing is changed where there are none. */
const withPathsFrom = (folder: string, document: unknown): unknown => {
  let changed = document as Fields | null
  for (const [outer, inner] of PATHS) {
    const fields = changed?.[outer]
    const path = fields?.[inner]
    if (typeof path !== 'string' || path === '') continue
    changed = { ...changed, [outer]: { ...fields, [inner]: resolve(folder, path) } }
  }
  return changed
}

const dataOnly = z.object({ data: scenarioSchema.shape.data })

/**
 * Opens the data of a document that may have other faults; fetches nothing for it.
 * @throws InvalidInputError
 */
export const tryData = async (document: unknown): Promise<void> => {
  const parsed = dataOnly.safeParse(document)
  if (parsed.success && parsed.data.data.path !== null) await openDataset(parsed.data.data)
}

/** The document of a scenario's folder or file; paths in it are relative to the file. */
export const readScenarioDocument = async (path: string): Promise<unknown> => {
  const file = await scenarioFileOf(path)
  return withPathsFrom(dirname(resolve(file)), await readDocument(file))
}

/** The document with overrides in their places; paths in these are relative to the current folder. */
export const overridden = (document: unknown, overrides: readonly string[]): Overridden => {
  const { document: changed, problems } = applyOverrides(document, overrides)
  return { document: withPathsFrom('.', changed), problems }
}

/**
 * The scenario of a folder or file, with overrides. @throws InvalidInputError with everything that is
 * wrong, with what was `found` before; only then is the data looked at here, as the run opens it anyway.
 */
export const loadScenario = async (
  path: string,
  overrides: readonly string[],
  found = new Gathered()
): Promise<Scenario> => {
  const read = await found.from(async () => ({ document: await readScenarioDocument(path) }))
  if (read === null) throw found.toError()
  const { document: given, problems } = overridden(read.document, overrides)
  found.add(problems)
  const document = (await found.from(() => withTopology(given))) ?? withEmptyTopology(given)
  const scenario = await found.from(() => parseScenario(document))
  if (scenario !== null && found.empty) return scenario
  await found.from(() => tryData(document))
  throw found.toError()
}
