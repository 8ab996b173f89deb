/**
 * What a peer must not forget over a crash: the records of its strategy, in one file of the state
 * folder for each swarm and identity. The file is a run of record-frames.ts; bodies are DAG-CBOR. The
 * first is the head, {format, manifest, self, based}; records follow, oldest first. `based`: the first of
 * them stands for all that were before it, and stays.
 *
 * Invariants: a record whose `append` has resolved is read by every later `open`; at most one record
 * can be torn, since the next is written when the one before is on the disk.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, encode } from '@ipld/dag-cbor'
import { InvalidInputError, RunFailedError } from '../errors.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { frameRecord, type ScannedRecords, scanRecords } from './record-frames.ts'

const FORMAT = 'swarmgrad/records/1'

/** A file of more records than this is written anew with the newest `KEPT`. */
const MOST = 128
const KEPT = 64

/** Whose records these are. */
export interface RecordOwner {
  /** Hexadecimal hash. */
  readonly manifest: string
  readonly self: string
}

export interface OpenedRecords<R> {
  readonly store: RecordStore<R>
  /** What earlier lives have kept, oldest first. */
  readonly records: readonly R[]
  /** Bytes of a record that a crash has torn, which have been cut off. */
  readonly cut: number
}

const PREFIX = 'records-'

export const isRecordFile = (name: string): boolean => name.startsWith(PREFIX)

export const recordFileName = ({ manifest, self }: RecordOwner): string =>
  `${PREFIX}${manifest.slice(0, 16)}-${self.slice(-16)}.bin`

const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? String((error as Error).message)

const REMEDY =
  'restore it from a copy that is not older, or remove the whole state folder to become a new peer'

const unusable = (path: string, rule: string, remedy = REMEDY, cause?: unknown) =>
  new InvalidInputError([{ path, rule, remedy }], { cause })

const damaged = (path: string, { offsets }: ScannedRecords): InvalidInputError =>
  unusable(
    path,
    `is damaged at byte ${offsets.at(-1)}, and what is lost there must not be signed again`
  )

const frameOf = (value: unknown): Buffer => frameRecord(encode(value))

const headOf = (owner: RecordOwner, based: boolean): Buffer =>
  frameOf({ format: FORMAT, ...owner, based })

/** A nearly full disk may take less than it was given. */
const writeAll = async (file: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done
    done += (await file.write(bytes, done, left, position + done)).bytesWritten
  }
}

const readWhole = async (path: string): Promise<Buffer | null> => {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    const remedy = 'make it readable and writable by this user'
    throw unusable(path, `cannot be read: ${codeOf(error)}`, remedy, error)
  }
}

interface Decoded {
  readonly records: readonly unknown[]
  readonly based: boolean
}

const decodeAll = (path: string, { bodies }: ScannedRecords, owner: RecordOwner): Decoded => {
  try {
    const [head, ...records] = bodies.map((body) => decode<unknown>(new Uint8Array(body)))
    const { format, manifest, self, based } = head as Record<string, unknown>
    if (format === FORMAT && manifest === owner.manifest && self === owner.self) {
      return { records, based: based === true }
    }
  } catch {
    // Not what this program writes, whatever the checksums say.
  }
  throw unusable(path, 'does not hold records of this peer in this swarm')
}

export class RecordStore<R> {
  readonly #path: string
  readonly #owner: RecordOwner
  #based: boolean
  /** Where each record begins, and behind the last one; empty: there is no file. */
  #offsets: number[]
  #file: FileHandle | null = null
  #last: Promise<void> = Promise.resolve()

  private constructor(
    path: string,
    owner: RecordOwner,
    based: boolean,
    offsets: readonly number[]
  ) {
    this.#path = path
    this.#owner = owner
    this.#based = based
    this.#offsets = [...offsets]
  }

  /**
   * Reads what is there. The file is made with the first record.
   * @throws InvalidInputError when it is damaged or cannot be read
   */
  static async open<R>(folder: string, owner: RecordOwner): Promise<OpenedRecords<R>> {
    const path = join(folder, recordFileName(owner))
    const bytes = await readWhole(path)
    if (bytes === null) {
      return { store: new RecordStore<R>(path, owner, false, []), records: [], cut: 0 }
    }
    const scanned = scanRecords(bytes)
    if (scanned.tail === 'damaged') throw damaged(path, scanned)
    const { records, based } = decodeAll(path, scanned, owner)
    // The one that stands for all before it was there as a whole before it was there at all.
    if (based && records.length === 0) throw damaged(path, scanned)
    const store = new RecordStore<R>(path, owner, based, scanned.offsets.slice(1))
    const cut = bytes.length - scanned.offsets.at(-1)!
    if (cut > 0) await store.#repair()
    return { store, records: records as R[], cut }
  }

  /**
   * Resolves once the record is on the disk, after all earlier ones.
   * @throws RunFailedError that names the file; nothing can be kept from then on
   */
  append(record: R): Promise<void> {
    this.#last = this.#last.then(() => this.#append(frameOf(record)))
    return this.#last
  }

  /** The same, and what came before is forgotten at the same moment: a crash leaves the one or the other. */
  replace(record: R): Promise<void> {
    this.#last = this.#last.then(() => this.#replace(frameOf(record)))
    return this.#last
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {})
    await this.#file?.close()
    this.#file = null
  }

  async #append(frame: Buffer): Promise<void> {
    try {
      const file = await this.#open()
      const end = this.#offsets.at(-1)!
      await writeAll(file, frame, end)
      await file.datasync()
      this.#offsets.push(end + frame.length)
      if (this.#offsets.length - 1 > MOST) await this.#shorten()
    } catch (error) {
      await this.#repair().catch(() => {})
      throw this.#full(error)
    }
  }

  async #replace(frame: Buffer): Promise<void> {
    try {
      this.#based = true
      await this.#rewrite([frame])
    } catch (error) {
      throw this.#full(error)
    }
  }

  #full(cause: unknown): RunFailedError {
    return new RunFailedError(
      `cannot keep records in ${this.#path}: ${codeOf(cause)} (make the folder writable and ` +
        'free some space, then start the peer again: it goes on where it was)',
      { cause }
    )
  }

  async #open(): Promise<FileHandle> {
    if (this.#offsets.length === 0) {
      await this.#rewrite([])
    }
    this.#file ??= await open(this.#path, 'r+')
    return this.#file
  }

  /** Cuts off what is not whole. */
  async #repair(): Promise<void> {
    const end = this.#offsets.at(-1)
    if (end === undefined) return
    const file = this.#file ?? (await open(this.#path, 'r+'))
    this.#file = file
    await file.truncate(end)
    await file.sync()
  }

  /** Leaves the newest records, and the one that stands for those before it. */
  async #shorten(): Promise<void> {
    const bytes = await readFile(this.#path)
    const frames = this.#offsets
      .slice(0, -1)
      .map((begin, i) => bytes.subarray(begin, this.#offsets[i + 1]))
    await this.#rewrite([...(this.#based ? frames.slice(0, 1) : []), ...frames.slice(-KEPT)])
  }

  async #rewrite(frames: readonly Buffer[]): Promise<void> {
    const head = headOf(this.#owner, this.#based)
    await writeFileAtomic(this.#path, Buffer.concat([head, ...frames]))
    this.#offsets = [head.length]
    for (const { length } of frames) this.#offsets.push(this.#offsets.at(-1)! + length)
    // What is open is the old file, which has no name any more.
    await this.#file?.close()
    this.#file = null
  }
}
