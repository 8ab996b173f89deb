import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** A file that at most one process holds at a time; it says who: pid, host and a token of its own. */
export interface Lock {
  release(): Promise<void>
}

/** The holder touches its lock this often, and is given up after so many touches have not come. */
const TOUCH_MS = 5_000
const STALE_MS = 6 * TOUCH_MS
const POLL_MS = 100

const hasCode = (error: unknown, code: string): boolean =>
  (error as NodeJS.ErrnoException).code === code

/** What `action` gives; null where the file is not there. */
const ifThere = <T>(action: Promise<T>): Promise<T | null> =>
  action.catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  })

const tryAcquire = async (path: string): Promise<Lock | null> => {
  const content = `${process.pid} ${hostname()} ${randomUUID()}\n`
  try {
    await writeFile(path, content, { flag: 'wx' })
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return null
    throw error
  }
  const touch = setInterval(() => {
    const now = new Date()
    // A lock that cannot be touched goes stale, which is all that can be said of it.
    utimes(path, now, now).catch(() => undefined)
  }, TOUCH_MS)
  return {
    release: async () => {
      clearInterval(touch)
      if ((await ifThere(readFile(path, 'utf8'))) === content) await rm(path, { force: true })
    }
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is such a process, and it is somebody else's.
    return !hasCode(error, 'ESRCH')
  }
}

const isAbandoned = (content: string, touchedMs: number): boolean => {
  if (Date.now() - touchedMs > STALE_MS) return true
  // On another host (a shared home) the number says nothing, and an empty lock is just being made.
  const [pid, host] = content.trim().split(' ')
  return host === hostname() && /^[1-9]\d{0,9}$/.test(pid!) && !isAlive(Number(pid))
}

/**
 * Clears an abandoned lock away; false while somebody holds it. It is moved before it is removed, so
 * that of two who judge the same lock the later does not remove the one that the earlier has made.
 */
const clearAbandoned = async (path: string): Promise<boolean> => {
  const content = await ifThere(readFile(path, 'utf8'))
  const found = await ifThere(stat(path))
  if (content === null || found === null) return true
  if (!isAbandoned(content, found.mtimeMs)) return false
  const moved = `${path}.${randomUUID()}`
  await ifThere(rename(path, moved))
  const other = await ifThere(readFile(moved, 'utf8'))
  if (other !== null && other !== content) await ifThere(link(moved, path))
  await rm(moved, { force: true })
  return true
}

/** Waits for the lock; null as soon as `done` says that there is nothing left to hold it for. */
export const acquire = async (
  path: string,
  done: () => Promise<boolean>,
  signal?: AbortSignal
): Promise<Lock | null> => {
  for (;;) {
    signal?.throwIfAborted()
    if (await done()) return null
    const lock = await tryAcquire(path)
    if (lock !== null) return lock
    if (!(await clearAbandoned(path))) await sleep(POLL_MS)
  }
}
