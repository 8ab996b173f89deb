/**
 * What a peer goes on from: checkpoints, and the records since, in generations. Checkpoint n and the
 * record files n, n + 1, ... are together all that is needed. docs/operating.md lists the files.
 *
 * Invariants: an older checkpoint is removed only when a newer one is on the disk; checkpoints are
 * written beside records and never hold one up; what failed leaves the last good state as it was.
 */
import { access, constants, mkdir, readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Checkpoint } from '../strategy/strategy.ts'
import type { Layout } from '../vector/layout.ts'
import { cannotKeep, cannotWrite, unusable } from './disk-error.ts'
import { FILES, type Files, PART, syncFolder } from './files.ts'
import { folderBytes } from './folder-bytes.ts'
import { findCheckpoint, putAside } from './newest-checkpoint.ts'
import { openingNotices } from './opening-notices.ts'
import { RecordLog } from './record-log.ts'
import type { Metadata } from './safetensors-format.ts'
import {
  checkpointsOf,
  numbered,
  numbersIn,
  oldRecordsName,
  recordsOf,
  type StateOwner
} from './state-names.ts'
import { type CheckpointPlace, writeCheckpoint } from './write-checkpoint.ts'

export interface StateOptions {
  readonly layout: Layout
  /** How many checkpoints stay; at least 2. */
  readonly keep: number
  /** Name and version, for who looks into a checkpoint. @default '' */
  readonly program?: string
  /** Words for replica.safetensors, such as the model's name. @default none */
  readonly metadata?: Metadata
  readonly files?: Files
}

export interface OpenedState<R> {
  readonly store: StateStore<R>
  /** The newest whole checkpoint, if there is one, and all records kept after it was begun, oldest first. */
  readonly records: readonly R[]
  /** What the operator should read: what was damaged, what was lost, and where the peer goes on. */
  readonly notices: readonly string[]
  /** Bytes of a record that a kill has cut short, which nobody has relied on: they are gone. */
  readonly torn: number
}

/** From a folder up to the first one above it that is new. */
const syncNames = async (folder: string, first: string): Promise<void> => {
  for (let at = folder; at.length >= first.length; at = dirname(at)) {
    // One that may be written to and not be read is left to the system.
    await syncFolder(dirname(at)).catch(() => {})
  }
}

/** @throws InvalidInputError with what the operator can do about it */
const makeFolder = async (folder: string): Promise<void> => {
  try {
    const first = await mkdir(folder, { recursive: true })
    // What lies in a folder outlives a crash of the machine only if the folder's own name does.
    if (first !== undefined) await syncNames(resolve(folder), resolve(first))
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw cannotWrite(folder, error)
  }
}

/** What versions before checkpoints have left says what must not be signed again. */
const refuseOldRecords = async (folder: string, owner: StateOwner): Promise<void> => {
  const name = oldRecordsName(owner)
  if (!(await readdir(folder)).includes(name)) return
  const remedy = 'remove the whole state folder to become a new peer'
  throw unusable(join(folder, name), 'holds records of an earlier version of this program', remedy)
}

export class StateStore<R> {
  readonly #place: CheckpointPlace
  readonly #keep: number
  readonly #log: RecordLog
  readonly #next: () => number
  #checkpointBytes = 0
  #checkpoints: Promise<unknown> = Promise.resolve()

  private constructor(
    place: CheckpointPlace,
    keep: number,
    log: RecordLog,
    next: () => number,
    checkpointBytes: number
  ) {
    this.#place = place
    this.#keep = keep
    this.#log = log
    this.#next = next
    this.#checkpointBytes = checkpointBytes
  }

  /** @throws InvalidInputError when what is there cannot be used, or nothing could be kept */
  static async open<R extends { readonly kind: string }>(
    folder: string,
    owner: StateOwner,
    { layout, keep, program = '', metadata = {}, files = FILES }: StateOptions
  ): Promise<OpenedState<R>> {
    const place = { files, folder: checkpointsOf(folder, owner), owner, layout, program, metadata }
    const records = recordsOf(folder, owner)
    await makeFolder(place.folder)
    await makeFolder(records)
    await refuseOldRecords(folder, owner)
    const found = await findCheckpoint(place.folder, owner, layout, files)
    const { newest } = found
    let highest = found.highest
    const next = (): number => ++highest
    const opened = await RecordLog.open(
      { folder: records, owner, next, files },
      newest?.number ?? null
    )
    const { log } = opened
    highest = Math.max(highest, log.highest)
    log.begin(Math.max(newest?.number ?? 0, log.highest))
    // Nothing depends on it: where it is still there, the next start finds it damaged again.
    await putAside(place.folder, found.damaged, files).catch(() => {})
    const bytes = await folderBytes(place.folder)
    return {
      store: new StateStore<R>(place, keep, log, next, bytes),
      records: [...(newest === null ? [] : [newest.record]), ...opened.records] as unknown as R[],
      notices: openingNotices(found, opened, records),
      torn: opened.torn
    }
  }

  /** Bytes on the disk. */
  get usage(): number {
    return this.#checkpointBytes + this.#log.bytes
  }

  /**
   * Resolves once the record is on the disk, in order: the next one is given when this one is kept, or
   * after it.
   * @throws RunFailedError that names file, reason and remedy; the record can be given again
   */
  append(record: R): Promise<void> {
    return this.#log.append(record)
  }

  /**
   * Resolves once the checkpoint is on the disk. Records that are appended meanwhile come after it.
   * Its vectors must not be changed before.
   * @throws RunFailedError that names file, reason and remedy; the checkpoints before it still stand
   */
  checkpoint(record: R & Checkpoint): Promise<{ readonly path: string; readonly bytes: number }> {
    const number = this.#next()
    this.#log.begin(number)
    const kept = this.#checkpoints.then(() => this.#write(number, record))
    this.#checkpoints = kept.catch(() => {})
    return kept
  }

  /** When all that was given has been kept, or could not be. */
  async close(): Promise<void> {
    await this.#checkpoints
    await this.#log.close()
  }

  async #write(number: number, record: R & Checkpoint) {
    const { folder } = this.#place
    try {
      const written = await writeCheckpoint(this.#place, number, record)
      await this.#rotate()
      this.#checkpointBytes = await folderBytes(folder)
      return written
    } catch (error) {
      // What the disk has not refused is a mistake of this program's.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      throw cannotKeep('a checkpoint', join(folder, numbered(number)), error)
    }
  }

  /** Leaves the newest checkpoints and what they need. What cannot be removed is tried again next time. */
  async #rotate(): Promise<void> {
    const { folder, files } = this.#place
    const numbers = numbersIn(await readdir(folder).catch(() => []))
    const kept = numbers.slice(-this.#keep)
    for (const number of numbers.slice(0, -this.#keep)) {
      const path = join(folder, numbered(number))
      // One that is gone in part must not look like one that is damaged.
      await files
        .rename(path, `${path}${PART}`)
        .then(() => files.rm(`${path}${PART}`, { recursive: true, force: true }))
        .catch(() => {})
    }
    // Until there are that many, all records from the beginning stand in for the one that is missing.
    if (kept.length >= this.#keep) await this.#log.forget(kept[0]!)
  }
}
