import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A folder that is gone after the test. */
export const folder = async (t: ExecutionContext): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'swarmgrad-storage-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}
