/**
 * Where what a peer keeps lies in its data directory:
 *
 *     checkpoints/<owner>/<number>/   whole checkpoints; <number>.part: one being written or removed;
 *                                     <number>.damaged: one that could not be used
 *     records/<owner>/<number>.bin    what was kept after checkpoint <number> was begun
 *
 * Numbers count up and are never used twice. They order checkpoints; a clock may jump.
 */
import { join } from 'node:path'

/** Whose state this is. */
export interface StateOwner {
  /** Hexadecimal hash. */
  readonly manifest: string
  readonly self: string
}

export const CHECKPOINTS = 'checkpoints'
const RECORDS = 'records'

/** All that a strategy has kept, whoever the owner is: what a peer that begins anew must not have. */
export const STATE_FOLDERS: readonly string[] = [CHECKPOINTS, RECORDS]

const DIGITS = 10

const ownerName = ({ manifest, self }: StateOwner): string =>
  `${manifest.slice(0, 16)}-${self.slice(-16)}`

/** What version 0.1 called the file of its records. */
export const oldRecordsName = (owner: StateOwner): string => `records-${ownerName(owner)}.bin`

export const checkpointsOf = (folder: string, owner: StateOwner): string =>
  join(folder, CHECKPOINTS, ownerName(owner))

export const recordsOf = (folder: string, owner: StateOwner): string =>
  join(folder, RECORDS, ownerName(owner))

export const numbered = (number: number): string => String(number).padStart(DIGITS, '0')

/** The numbers of the names that are one, and end so; ascending. */
export const numbersIn = (names: readonly string[], ending = ''): number[] =>
  names
    .filter((name) => name.length === DIGITS + ending.length && name.endsWith(ending))
    .map((name) => name.slice(0, DIGITS))
    .filter((digits) => /^\d+$/.test(digits))
    .map(Number)
    .sort((a, b) => a - b)

export const DAMAGED = '.damaged'
export const BIN = '.bin'
