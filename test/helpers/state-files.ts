/** What lies in the state folder of a peer that has been in one swarm. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Home } from './daemon.ts'

const ofOwner = async ({ state }: Home, kind: string, isOne: RegExp): Promise<string[]> => {
  const [owner] = await readdir(join(state, kind))
  const folder = join(state, kind, owner!)
  const names = await readdir(folder)
  return names
    .filter((name) => isOne.test(name))
    .sort()
    .map((name) => join(folder, name))
}

/** Oldest first. */
export const recordFiles = (home: Home): Promise<string[]> => ofOwner(home, 'records', /^\d+\.bin$/)

/** Whole ones, oldest first. */
export const checkpointFolders = (home: Home): Promise<string[]> =>
  ofOwner(home, 'checkpoints', /^\d+$/)

/** One bit in the middle, or at that byte. */
export const flipBit = async (path: string, at?: number): Promise<void> => {
  const bytes = await readFile(path)
  bytes[at ?? bytes.length >> 1]! ^= 1
  await writeFile(path, bytes)
}

/** What is left of it after a crash that lost its second half. */
export const truncate = async (path: string): Promise<void> => {
  const bytes = await readFile(path)
  await writeFile(path, bytes.subarray(0, bytes.length >> 1))
}
