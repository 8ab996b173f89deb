import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { InvalidInputError, Problem } from '../../../src/errors.ts'

/** A folder with these files, removed after the test. */
export const placeWith = async (
  t: ExecutionContext,
  files: Readonly<Record<string, string>>
): Promise<string> => {
  const place = await mkdtemp(join(tmpdir(), 'swarmgrad-cli-'))
  t.teardown(() => rm(place, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(place, name)), { recursive: true })
    await writeFile(join(place, name), content)
  }
  return place
}

export const problemsFrom = async (
  t: ExecutionContext,
  promise: Promise<unknown>
): Promise<readonly Problem[]> => {
  const error = await t.throwsAsync(promise, { name: 'InvalidInputError' })
  return (error as InvalidInputError).problems
}
