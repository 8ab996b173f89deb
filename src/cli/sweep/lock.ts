/** Keeps a folder to one process: a file with the owner's name, which outlives nobody for long. */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { InvalidInputError } from '../../errors.ts'

export const LOCK_FILE = 'sweep.lock'

const taken = (file: string, owner: string): InvalidInputError => {
  const [pid, host] = owner.split(' ')
  const rule = `is in use: process ${pid} on ${host} runs a sweep there`
  const remedy = `wait for it or give another --out; if there is no such process, remove ${file}`
  return new InvalidInputError([{ path: `--out ${join(file, '..')}`, rule, remedy }])
}

/** Processes of other machines cannot be asked. */
const isAlive = (owner: string): boolean => {
  const [pid, host] = owner.split(' ')
  if (host !== hostname()) return true
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** True when the lock is ours now; a link appears with its content or not at all. */
const take = async (file: string, owner: string): Promise<boolean> => {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, owner, { flag: 'wx' })
  try {
    await link(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** Removes the lock of a process that has died, unless another one has taken it meanwhile. */
const removeStale = async (file: string, owner: string): Promise<void> => {
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== owner) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

/** Returns what gives the folder free again. @throws InvalidInputError when another sweep has it */
export const lockFolder = async (folder: string): Promise<() => void> => {
  const file = join(folder, LOCK_FILE)
  const owner = `${process.pid} ${hostname()}`
  while (!(await take(file, owner))) {
    const other = await readFile(file, 'utf8').catch(() => null)
    if (other === null) continue
    if (isAlive(other)) throw taken(file, other)
    await removeStale(file, other)
  }
  const remove = (): void => rmSync(file, { force: true })
  process.once('exit', remove)
  return () => {
    process.off('exit', remove)
    remove()
  }
}
