import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { folder } from './folder.ts'

const run = promisify(execFile)

/** Mounting needs root, on Linux, with the right to. */
export const canMount = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const place = mkdtempSync(join(tmpdir(), 'swarmgrad-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'ignore' })
    execFileSync('umount', [place])
    return true
  } catch {
    return false
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
})()

const mounted = new Set<string>()

// How the test runner ends a file that takes too long: teardowns are not run then.
process.once('SIGTERM', () => {
  for (const place of mounted) spawnSync('umount', ['--lazy', place])
  process.kill(process.pid, 'SIGTERM')
})

export interface SmallDisk {
  readonly place: string
  remount(mode: 'ro' | 'rw'): Promise<unknown>
  /**
   * Read-only for whoever opens something from now on, as after an error of the disk; what is open for
   * writing would keep `remount` from it. Returns what ends that.
   */
  seal(): Promise<() => Promise<unknown>>
}

/** A file system of its own, of one mebibyte, that is gone after the test. */
export const smallDisk = async (t: ExecutionContext): Promise<SmallDisk> => {
  const place = join(await folder(t), 'disk')
  await mkdir(place)
  mounted.add(place)
  await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place])
  t.teardown(async () => {
    await run('umount', ['--lazy', place])
    mounted.delete(place)
  })
  const seal = async (): Promise<() => Promise<unknown>> => {
    const sealed = `${place}-sealed`
    await mkdir(sealed)
    await run('mount', ['--bind', place, sealed])
    await run('mount', ['-o', 'remount,bind,ro', sealed])
    await run('mount', ['--bind', sealed, place])
    let isSealed = true
    const end = async (): Promise<void> => {
      if (isSealed) await run('umount', ['--lazy', place])
      isSealed = false
    }
    t.teardown(end)
    await run('umount', [sealed])
    return end
  }
  return { place, remount: (mode) => run('mount', ['-o', `remount,${mode}`, place]), seal }
}
