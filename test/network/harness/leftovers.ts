/** Namespaces of test runs: named after the process, so that a later run knows whose have no owner any more. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { find, ipTool, runTool } from './tools.ts'

export const prefixOf = (pid: number): string => `sg${pid}-`

const NAME = /^sg(\d+)-/

/** Ends whatever runs in the namespaces, then removes them. */
export const removeNamespaces = async (names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const pids = await runTool('ip', ['netns', 'pids', name])
    for (const pid of pids.split('\n').filter((line) => line !== '')) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch (error) {
        // Has ended by itself in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
    await runTool('ip', ['netns', 'del', name])
  }
}

/** What processes have left that were killed together with their janitor. */
export const removeLeftovers = async (): Promise<void> => {
  const listed = await runTool('ip', ['netns', 'list'])
  const dead = listed
    .split('\n')
    .map((line) => line.split(' ')[0]!)
    .filter((name) => {
      const pid = NAME.exec(name)?.[1]
      return pid !== undefined && !existsSync(`/proc/${pid}`)
    })
  await removeNamespaces(dead)
}

/** $1: ip, $2: prefix of the namespaces, $3: a folder. Reads until nobody holds the other end any more. */
const SCRIPT = `
cat >/dev/null
names=$($1 netns list | cut -d' ' -f1 | grep "^$2")
for name in $names; do
  for pid in $($1 netns pids "$name"); do kill -9 "$pid"; done
done
rm -rf "$3"
for name in $names; do $1 netns del "$name"; done
`

/**
 * A process of its own that outlives this one by a moment and tidies up after it, however it ends. Returns
 * what lets it go early.
 */
export const startJanitor = (prefix: string, folder: string): (() => void) => {
  const args = ['-c', SCRIPT, 'janitor', ipTool(), prefix, folder]
  const child = spawn(find('sh')!, args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const { stdin } = child
  child.unref()
  ;(stdin as unknown as { unref(): void }).unref()
  return () => stdin.end()
}
