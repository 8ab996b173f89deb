/**
 * The files that records lie in: runs of record-frames.ts, bodies in DAG-CBOR. The first is the head;
 * records follow, oldest first. The head says how long the file before was, so that one in the middle
 * that has lost its end is found out.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { cannotRead, codeOf, unusable } from './disk-error.ts'
import { clearParts, type Files } from './files.ts'
import { frameRecord, scanRecords } from './record-frames.ts'
import { BIN, numbered, numbersIn, type StateOwner } from './state-names.ts'

const FORMAT = 'swarmgrad/records/2'
/** Files are begun anew long before. */
const MAX_FILE = 2 ** 30

const REMEDY =
  'restore it from a copy that is not older, or remove the whole state folder to become a new peer'

const headSchema = z.strictObject({
  format: z.literal(FORMAT),
  manifest: z.string(),
  self: z.string(),
  number: z.int().min(0),
  /** The file before, and its length; null: there is none, or it is not needed any more. */
  follows: z.strictObject({ number: z.int().min(0), bytes: z.int().min(0) }).nullable(),
  /** Files before this one may have been dropped to save room. */
  floor: z.int().min(0)
})

export type RecordHead = Omit<z.output<typeof headSchema>, 'format' | keyof StateOwner>

/** What is known of a file. */
export interface RecordFile {
  readonly number: number
  readonly head: RecordHead
  readonly records: readonly unknown[]
  /** Where the last whole record ends. */
  readonly end: number
  /** What follows there: a record that a crash has torn. */
  readonly torn: number
}

export const recordPath = (folder: string, number: number): string =>
  join(folder, `${numbered(number)}${BIN}`)

export const frameOf = (value: unknown): Buffer => frameRecord(encode(value))

export const headFrame = (owner: StateOwner, head: RecordHead): Buffer => {
  const { manifest, self } = owner
  return frameOf({ format: FORMAT, manifest, self, ...head })
}

export const damagedAt = (path: string, rule: string) => unusable(path, rule, REMEDY)

const readWhole = async (path: string): Promise<Buffer> => {
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE) throw damagedAt(path, `is larger than ${MAX_FILE} bytes`)
    return await readFile(path)
  } catch (error) {
    if ((error as Error).name === 'InvalidInputError') throw error
    throw cannotRead(path, error)
  }
}

/** The numbers of the files that are there, and their lengths; ascending. Clears unfinished ones away. */
export const listRecordFiles = async (
  folder: string,
  files: Files
): Promise<Map<number, number>> => {
  const sizes = new Map<number, number>()
  const names = await readdir(folder)
  await clearParts(folder, names, files)
  for (const number of numbersIn(names, BIN)) {
    const { size } = await stat(recordPath(folder, number)).catch((error: unknown) => {
      throw cannotRead(recordPath(folder, number), error)
    })
    sizes.set(number, size)
  }
  return sizes
}

/** @throws InvalidInputError when it is damaged before its last record, or not this owner's */
export const readRecordFile = async (
  folder: string,
  owner: StateOwner,
  number: number
): Promise<RecordFile> => {
  const path = recordPath(folder, number)
  const bytes = await readWhole(path)
  const { bodies, offsets, tail } = scanRecords(bytes)
  const end = offsets.at(-1)!
  if (tail === 'damaged' || bodies.length === 0) {
    const rule = `is damaged at byte ${end}, and what is lost there must not be signed again`
    throw damagedAt(path, rule)
  }
  try {
    const [first, ...records] = bodies.map((body) => decode<unknown>(new Uint8Array(body)))
    const { format: _, manifest, self, ...head } = headSchema.parse(first)
    if (manifest === owner.manifest && self === owner.self && head.number === number) {
      return { number, head, records, end, torn: bytes.length - end }
    }
  } catch (error) {
    // Not what this program writes, whatever the checksums say.
    throw unusable(path, `does not hold records: ${codeOf(error).slice(0, 200)}`, REMEDY, error)
  }
  throw damagedAt(path, 'does not hold records of this peer in this swarm')
}
