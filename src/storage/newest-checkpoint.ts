import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Checkpoint } from '../strategy/strategy.ts'
import type { Layout } from '../vector/layout.ts'
import { CHECKPOINT_FORMAT, DOCUMENT } from './checkpoint-document.ts'
import { unusable } from './disk-error.ts'
import { clearParts, type Files, PART } from './files.ts'
import { readCheckpoint, readDocument } from './read-checkpoint.ts'
import { DAMAGED, numbered, numbersIn, type StateOwner } from './state-names.ts'

export interface FoundCheckpoint {
  readonly record: Checkpoint
  readonly number: number
  readonly path: string
}

export interface FoundCheckpoints {
  /** Null: there is none that is whole. */
  readonly newest: FoundCheckpoint | null
  /** Newer ones that could not be used, the newest first. */
  readonly damaged: ReadonlyArray<{ readonly path: string; readonly damage: string }>
  /** The highest number that was ever used here. */
  readonly highest: number
}

const isOfAnotherVersion = (damage: string): boolean => damage.includes('is of another version')

const notOurs = (path: string, what: string) =>
  unusable(
    path,
    `is a checkpoint of ${what}`,
    'move it out of this folder; every peer and every swarm has a folder of its own'
  )

/**
 * The newest whole checkpoint of this owner.
 * @throws InvalidInputError when there is one of somebody else, when one may not be read, or when all
 * that there are need another version of the program
 */
export const findCheckpoint = async (
  folder: string,
  owner: StateOwner,
  layout: Layout,
  files: Files
): Promise<FoundCheckpoints> => {
  const names = await readdir(folder)
  await clearParts(folder, names, files)
  const numbers = numbersIn(names)
  const highest = Math.max(
    0,
    ...[numbers, numbersIn(names, PART), numbersIn(names, DAMAGED)].flat()
  )
  const damaged: Array<{ path: string; damage: string }> = []
  for (const number of numbers.toReversed()) {
    const path = join(folder, numbered(number))
    const document = await readDocument(path)
    if ('damage' in document) {
      damaged.push({ path, damage: document.damage })
      continue
    }
    if (document.manifest.hash !== owner.manifest) {
      throw notOurs(path, `another swarm (manifest ${document.manifest.hash})`)
    }
    if (document.self !== owner.self) throw notOurs(path, `another peer (${document.self})`)
    if (document.number !== number) throw notOurs(path, `another number (${document.number})`)
    const record = await readCheckpoint(path, document, layout)
    if (!('damage' in record)) return { newest: { record, number, path }, damaged, highest }
    damaged.push({ path, damage: record.damage })
  }
  const foreign = damaged.find(({ damage }) => isOfAnotherVersion(damage))
  if (foreign !== undefined) {
    throw unusable(
      join(foreign.path, DOCUMENT),
      `${foreign.damage} (this program reads ${CHECKPOINT_FORMAT})`,
      'start the version of the program that has written it'
    )
  }
  return { newest: null, damaged, highest }
}

/** Puts damaged ones aside, of which the newest one is kept for whoever wants to look at it. */
export const putAside = async (
  folder: string,
  damaged: FoundCheckpoints['damaged'],
  files: Files
): Promise<void> => {
  const [newest, ...older] = damaged
  if (newest === undefined) return
  for (const name of await readdir(folder)) {
    if (!name.endsWith(DAMAGED)) continue
    await files.rm(join(folder, name), { recursive: true, force: true })
  }
  await files.rename(newest.path, `${newest.path}${DAMAGED}`)
  for (const { path } of older) await files.rm(path, { recursive: true, force: true })
}
