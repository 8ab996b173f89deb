/**
 * What a peer must not forget over a crash: the records of its strategy, in one file of the state
 * folder for each swarm and identity. The file is a run of record-frames.ts; bodies are DAG-CBOR. The
 * first is the head, {format, manifest, self}; records follow, oldest first.
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

export const recordFileName = ({ manifest, self }: RecordOwner): string =>
  `records-${manifest.slice(0, 16)}-${self.slice(-16)}.bin`

const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? String((error as Error).message)

const REMEDY =
  'restore it from a copy that is not older, or remove the whole state folder to become a new peer'

const unusable = (path: string, rule: string, remedy = REMEDY, cause?: unknown) =>
  new InvalidInputError([{ path, rule, remedy }], { cause })

const frameOf = (value: unknown): Buffer => frameRecord(encode(value))

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

const decodeAll = (path: string, { bodies }: ScannedRecords, owner: RecordOwner): unknown[] => {
  try {
    const [head, ...records] = bodies.map((body) => decode<unknown>(new Uint8Array(body)))
    const { format, manifest, self } = head as Record<string, unknown>
    if (format === FORMAT && manifest === owner.manifest && self === owner.self) return records
  } catch {
    // Not what this program writes, whatever the checksums say.
  }
  throw unusable(path, 'does not hold records of this peer in this swarm')
}

export class RecordStore<R> {
  readonly #path: string
  readonly #head: Buffer
  /** Where each record begins, and behind the last one; empty: there is no file. */
  #offsets: number[]
  #file: FileHandle | null = null
  #last: Promise<void> = Promise.resolve()

  private constructor(path: string, owner: RecordOwner, offsets: readonly number[]) {
    this.#path = path
    this.#head = frameOf({ format: FORMAT, ...owner })
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
      return { store: new RecordStore<R>(path, owner, []), records: [], cut: 0 }
    }
    const scanned = scanRecords(bytes)
    if (scanned.tail === 'damaged') {
      const at = scanned.offsets.at(-1)
      throw unusable(
        path,
        `is damaged at byte ${at}, and what is lost there must not be signed again`
      )
    }
    const records = decodeAll(path, scanned, owner) as R[]
    const store = new RecordStore<R>(path, owner, scanned.offsets.slice(1))
    const cut = bytes.length - scanned.offsets.at(-1)!
    if (cut > 0) await store.#repair()
    return { store, records, cut }
  }

  /**
   * Resolves once the record is on the disk, after all earlier ones.
   * @throws RunFailedError that names the file; nothing can be kept from then on
   */
  append(record: R): Promise<void> {
    this.#last = this.#last.then(() => this.#append(frameOf(record)))
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
      if (this.#offsets.length - 1 > MOST) await this.#shorten(file)
    } catch (error) {
      await this.#repair().catch(() => {})
      throw new RunFailedError(
        `cannot keep records in ${this.#path}: ${codeOf(error)} (make the folder writable and ` +
          'free some space, then start the peer again: it goes on where it was)',
        { cause: error }
      )
    }
  }

  async #open(): Promise<FileHandle> {
    if (this.#offsets.length === 0) {
      await writeFileAtomic(this.#path, this.#head)
      this.#offsets = [this.#head.length]
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

  /** Leaves the head and the newest records. */
  async #shorten(file: FileHandle): Promise<void> {
    const kept = this.#offsets.slice(-KEPT - 1)
    const [begin, end] = [kept[0]!, kept.at(-1)!]
    const bytes = await readFile(this.#path)
    await writeFileAtomic(this.#path, Buffer.concat([this.#head, bytes.subarray(begin, end)]))
    const moved = this.#head.length - begin
    this.#offsets = kept.map((offset) => offset + moved)
    this.#file = null
    await file.close()
  }
}
