import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { resultsSchema } from '../../../src/storage/results.ts'
import { startProgram } from '../../helpers/program.ts'
import { type Course, scenarioOf } from './document.ts'

/** Mean test accuracy of the same course in virtual time, where nobody leaves and nothing is lost. */
export const undisturbedAccuracy = async (t: ExecutionContext, course: Course): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'scenario.json')
  const network = { latencyMs: 50 }
  await writeFile(file, JSON.stringify({ ...scenarioOf(course), network }))
  const args = ['simulate', file, '--json', '--out', join(folder, 'out')]
  const { code, stdout, stderr } = await startProgram(t, args).exit
  if (code !== 0) throw new Error(stderr)
  return resultsSchema.parse(JSON.parse(stdout)).accuracy!.mean
}
