/**
 * What a peer must not forget over a crash: the records of its strategy since its checkpoints, in
 * files of ascending numbers (record-files.ts).
 *
 * Invariants: a record whose `append` has resolved is read by every later `open` that needs it; one
 * whose `append` was rejected is not there, or at the very end; the newest file is never removed, so
 * that what was signed last is known whatever happens to the checkpoints.
 *
 * Drop policy: a file of more than 8 MiB is followed by a new one; when all of them take more than
 * 64 MiB the oldest go, needed or not. A peer whose checkpoints fail for so long comes back without
 * its oldest own records of that time, and never signs their numbers again.
 */
import type { FileHandle } from 'node:fs/promises'
import { writeFileAtomic } from './atomic-file.ts'
import { cannotKeep } from './disk-error.ts'
import { FILES, type Files, writeAll } from './files.ts'
import {
  damagedAt,
  frameOf,
  headFrame,
  listRecordFiles,
  type RecordFile,
  readRecordFile,
  recordPath
} from './record-files.ts'
import type { StateOwner } from './state-names.ts'

const MOST_BYTES = 64 * 2 ** 20
const FILE_BYTES = 8 * 2 ** 20
const SHARED = 0o666

/** The file that is written to. */
interface Current {
  readonly number: number
  /** Behind the last record that was kept. */
  end: number
  /** False: there may be something behind `end`, which must go first. */
  clean: boolean
  handle: FileHandle | null
}

export interface OpenedLog {
  readonly log: RecordLog
  /** Those of the files from `from` on, oldest first. */
  readonly records: readonly unknown[]
  /** Bytes of records that a crash has torn, and that have been cut off. */
  readonly torn: number
  /** The number of the first of these files; null: there is none. */
  readonly first: number | null
  /** Files before this number were dropped to save room. */
  readonly floor: number
}

interface LogOptions {
  readonly folder: string
  readonly owner: StateOwner
  /** A number that no file and no checkpoint has had. */
  readonly next: () => number
  readonly files?: Files
}

/** Every file says how much of the one before has to be there. */
const checkChain = (folder: string, read: readonly RecordFile[], from: number): void => {
  const floor = Math.max(from, read.at(-1)?.head.floor ?? 0)
  for (const { head } of read) {
    const { follows } = head
    if (follows === null || follows.number < floor) continue
    const before = read.find(({ number }) => number === follows.number)
    const path = recordPath(folder, follows.number)
    if (before === undefined) throw damagedAt(path, 'is not there')
    if (before.end < follows.bytes) {
      throw damagedAt(path, `has lost its end: ${before.end} of ${follows.bytes} bytes are whole`)
    }
  }
}

export class RecordLog {
  readonly #options: LogOptions
  readonly #files: Files
  /** Lengths by number, ascending. */
  readonly #sizes: Map<number, number>
  #current: Current | null
  #generation: number
  #last: Promise<unknown> = Promise.resolve()

  private constructor(options: LogOptions, sizes: Map<number, number>, current: Current | null) {
    this.#options = options
    this.#files = options.files ?? FILES
    this.#sizes = sizes
    this.#current = current
    this.#generation = Math.max(0, ...sizes.keys())
  }

  /**
   * Reads what was kept since checkpoint `from`; null: there is none, and all is read.
   * @throws InvalidInputError when a file is damaged, missing or cannot be read
   */
  static async open(options: LogOptions, from: number | null): Promise<OpenedLog> {
    const { folder, owner } = options
    const sizes = await listRecordFiles(folder, options.files ?? FILES)
    const read: RecordFile[] = []
    for (const number of sizes.keys()) {
      if (number >= (from ?? 0)) read.push(await readRecordFile(folder, owner, number))
    }
    // Without a checkpoint nobody knows which are still needed: what is there is better than nothing.
    const begin = from ?? read[0]?.number ?? 0
    checkChain(folder, read, begin)
    const last = read.at(-1)
    const current =
      last === undefined
        ? null
        : { number: last.number, end: last.end, clean: last.torn === 0, handle: null }
    const log = new RecordLog(options, sizes, current)
    // A disk that is full now may not be when the first record comes: it is tried again then.
    await log.#repair().catch(() => {})
    return {
      log,
      records: read.flatMap(({ records }) => records),
      torn: last?.torn ?? 0,
      first: read[0]?.number ?? null,
      floor: last?.head.floor ?? 0
    }
  }

  /** On the disk, all files together. */
  get bytes(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0)
  }

  /** The highest number that a file has; 0: there is none. */
  get highest(): number {
    return Math.max(0, ...this.#sizes.keys())
  }

  /** What is appended from now on is what checkpoint `number` does not have. */
  begin(number: number): void {
    this.#generation = number
  }

  /**
   * Resolves once the record is on the disk, after all earlier ones.
   * @throws RunFailedError that names the file; the same record, or another, can be tried again
   */
  append(record: unknown): Promise<void> {
    const generation = this.#generation
    const kept = this.#last.then(() => this.#append(generation, frameOf(record)))
    this.#last = kept.catch(() => {})
    return kept
  }

  /** Checkpoint `oldest` and those after it are all that is left. */
  async forget(oldest: number): Promise<void> {
    await this.#remove([...this.#sizes.keys()].slice(0, -1).filter((number) => number < oldest))
  }

  async close(): Promise<void> {
    await this.#last
    await this.#current?.handle?.close()
    this.#current = null
  }

  async #append(generation: number, frame: Buffer): Promise<void> {
    const current = this.#current
    const isOld = current === null || current.number < generation
    if (isOld || current.end > FILE_BYTES) {
      await this.#begin(isOld ? generation : this.#options.next(), frame)
      return
    }
    try {
      await this.#repair()
      const handle = await this.#open(current)
      current.clean = false
      await writeAll(handle, frame, current.end)
      await handle.datasync()
      current.clean = true
      current.end += frame.length
      this.#sizes.set(current.number, current.end)
    } catch (error) {
      await this.#repair().catch(() => {})
      throw this.#failed(current.number, error)
    }
  }

  /** A new file with its first record: both are there, or neither. */
  async #begin(number: number, frame: Buffer): Promise<void> {
    const { folder, owner } = this.#options
    const before = this.#current
    const follows = before === null ? null : { number: before.number, bytes: before.end }
    const dropped = this.#excess()
    const floor = [...this.#sizes.keys()].find((kept) => !dropped.includes(kept)) ?? number
    const head = headFrame(owner, { number, follows, floor })
    const content = Buffer.concat([head, frame])
    try {
      await writeFileAtomic(recordPath(folder, number), content, SHARED, this.#files)
    } catch (error) {
      // It may have its name already.
      await this.#files.rm(recordPath(folder, number), { force: true }).catch(() => {})
      throw this.#failed(number, error)
    }
    this.#sizes.set(number, content.length)
    this.#current = { number, end: content.length, clean: true, handle: null }
    await before?.handle?.close().catch(() => {})
    await this.#remove(dropped)
  }

  /** The oldest files, as many as are too many. */
  #excess(): readonly number[] {
    let bytes = this.bytes
    const excess: number[] = []
    for (const [number, size] of this.#sizes) {
      if (bytes <= MOST_BYTES - FILE_BYTES || number === this.#current?.number) break
      excess.push(number)
      bytes -= size
    }
    return excess
  }

  /** One that cannot be removed is only in the way: the next start finds it again. */
  async #remove(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      this.#sizes.delete(number)
      await this.#files
        .rm(recordPath(this.#options.folder, number), { force: true })
        .catch(() => {})
    }
  }

  async #open(current: Current): Promise<FileHandle> {
    current.handle ??= await this.#files.open(
      recordPath(this.#options.folder, current.number),
      'r+'
    )
    return current.handle
  }

  /** Cuts off what is not whole. */
  async #repair(): Promise<void> {
    const current = this.#current
    if (current === null || current.clean) return
    const handle = await this.#open(current)
    await handle.truncate(current.end)
    await handle.sync()
    current.clean = true
    this.#sizes.set(current.number, current.end)
  }

  #failed(number: number, cause: unknown) {
    return cannotKeep('records', recordPath(this.#options.folder, number), cause)
  }
}
