import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { prefixOf } from './harness/leftovers.ts'
import { whatIsMissing } from './harness/missing.ts'

const missing = await whatIsMissing()

/** Where ip(8) keeps the names of namespaces. */
const NAMES = '/run/netns'

const namesOf = async (pid: number): Promise<readonly string[]> =>
  (await readdir(NAMES)).filter((name) => name.startsWith(prefixOf(pid)))

/** A process that has ended may wait for ever for somebody to ask how. */
const isRunning = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: gone')
  return !/State:\s+(Z|X|gone)/.test(status)
}

const noneLeft = (pid: number): Promise<void> =>
  new Promise((done, fail) => {
    const watcher = watch(NAMES)
    const look = async (): Promise<void> => {
      if ((await namesOf(pid)).length > 0) return
      watcher.close()
      done()
    }
    watcher.on('change', () => void look().catch(fail))
    void look().catch(fail)
  })

if (missing === null) {
  test.serial('should take its hosts away when it is killed', async (t) => {
    const run = fork(join(import.meta.dirname, 'harness/abandon.ts'))
    t.teardown(() => void run.kill('SIGKILL'))
    const [{ pid, folder }] = (await once(run, 'message')) as [{ pid: number; folder: string }]
    // The host, its router, and the internet.
    t.is((await namesOf(run.pid!)).length, 3)
    t.true(await isRunning(pid))
    run.kill('SIGKILL')
    await noneLeft(run.pid!)
    t.false(await isRunning(pid))
    t.false(existsSync(folder))
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
