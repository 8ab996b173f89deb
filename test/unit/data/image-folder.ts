import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A folder with these files, by their paths in it, until the test ends. */
export const imageFolder = async (
  t: ExecutionContext,
  files: Readonly<Record<string, Uint8Array>>
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-images-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}
