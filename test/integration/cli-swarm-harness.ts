/** `swarmgrad` with keys and peers in a folder of the test's own. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { temporaryFolder } from '../helpers/program.ts'
import { type Ended, type Running, start } from './cli-harness.ts'

/** No data, and a model of 100 numbers: made, joined and fetched in no time. */
export const SCENARIO = {
  name: 'strangers',
  peers: 3,
  model: { name: 'quadratic', parameters: 100 },
  data: { name: 'none' },
  training: { learningRate: 0.1, batch: 1, localSteps: 2, steps: 20 },
  strategy: { name: 'delta-set', density: 0.1 },
  topology: { name: 'full' }
}

export interface Place {
  readonly folder: string
  start(...args: readonly string[]): Running
  run(...args: readonly string[]): Promise<Ended>
}

/** With a folder `scenario`. */
export const createPlace = async (t: ExecutionContext, scenario: object = {}): Promise<Place> => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'scenario'))
  const document = JSON.stringify({ ...SCENARIO, ...scenario })
  await writeFile(join(folder, 'scenario', 'scenario.json'), document)
  const env = { SWARMGRAD_DATA: join(folder, 'data') }
  const begin = (...args: readonly string[]): Running => start(t, folder, args, { env })
  return { folder, start: begin, run: (...args) => begin(...args).ended }
}

/** Exits with 2 and nothing but these reasons. */
export const refused = async (
  t: ExecutionContext,
  place: Place,
  args: readonly string[],
  ...says: readonly string[]
): Promise<void> => {
  const { code, stdout, stderr } = await place.run(...args)
  t.is(code, 2, stderr)
  t.is(stdout, '')
  for (const text of says) t.true(stderr.includes(text), `'${text}' is not in:\n${stderr}`)
  t.notRegex(stderr, /^ {4}at /m)
  t.notRegex(stderr, /unexpected|undefined/)
}
