import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A folder with these files, until the test ends. */
export const folderOf = async (
  t: ExecutionContext,
  files: Readonly<Record<string, string | Uint8Array>>
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-text-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}
