/**
 * metrics.jsonl: the curve of a peer, one point a line, over restarts. A line is added at most once a
 * second; at 4 MiB the file becomes metrics.1.jsonl, and the new one begins with a thinned curve of
 * everything before it. Nothing waits for it and nothing depends on it: a disk that takes nothing ends the
 * writing, which is tried again every minute.
 */
import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type CurvePoint, curvePointSchema, mergePoints } from './curve-point.ts'
import { codeOf } from './disk-error.ts'

export const METRICS_FILE = 'metrics.jsonl'
export const OLDER_METRICS_FILE = 'metrics.1.jsonl'

const MOST_BYTES = 4 * 2 ** 20
/** No line of ours is longer. */
const MOST_LINE = 1000
const EVERY_MS = 1000
const RETRY_MS = 60_000

export interface MetricsLogHooks {
  /** Once, until it works again. */
  readonly refused: (reason: string) => void
  readonly recovered: () => void
  /** The curve so far, thinned: how a new file begins. */
  readonly history: () => readonly CurvePoint[]
  /** Milliseconds; only goes forward. */
  readonly now?: () => number
}

export interface ReadMetrics {
  /** Oldest first. */
  readonly points: readonly CurvePoint[]
  /** Lines that were no points: torn, damaged. */
  readonly skipped: number
}

const pointIn = (line: string): CurvePoint | null => {
  if (line.length > MOST_LINE) return null
  try {
    return curvePointSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

/** Of a file that is too long, the end. Unreadable ones are empty. */
const tailOf = async (path: string): Promise<string> => {
  let file: FileHandle | null = null
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    const length = Math.min(size, 2 * MOST_BYTES)
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, size - length)
    return bytes.toString('utf8', 0, bytesRead)
  } catch {
    return ''
  } finally {
    await file?.close().catch(() => {})
  }
}

const readFile = async (path: string): Promise<ReadMetrics> => {
  const text = await tailOf(path)
  const lines = text.split('\n').filter((line) => line !== '')
  const points = lines.map(pointIn)
  const good = points.filter((point) => point !== null)
  return { points: good, skipped: points.length - good.length }
}

/** What earlier lives have written. Never rejects. */
export const readMetrics = async (folder: string): Promise<ReadMetrics> => {
  const older = await readFile(join(folder, OLDER_METRICS_FILE))
  const newer = await readFile(join(folder, METRICS_FILE))
  const points = [...older.points, ...newer.points]
  return { points, skipped: older.skipped + newer.skipped }
}

const lineOf = (point: CurvePoint): string => `${JSON.stringify(point)}\n`

export class MetricsLog {
  readonly #path: string
  readonly #older: string
  readonly #hooks: MetricsLogHooks
  readonly #now: () => number
  #file: FileHandle | null = null
  #bytes = 0
  /** What comes before the next line: the end of one that may be torn. */
  #lead = ''
  /** Not written yet; more than one become one. */
  #pending: CurvePoint | null = null
  #nextAt = -Infinity
  #refused = false
  #closed = false
  #writing: Promise<void> | null = null

  constructor(folder: string, hooks: MetricsLogHooks) {
    this.#path = join(folder, METRICS_FILE)
    this.#older = join(folder, OLDER_METRICS_FILE)
    this.#hooks = hooks
    this.#now = hooks.now ?? (() => performance.now())
  }

  /** Returns at once, never throws. Nothing happens after `close`. */
  append(point: CurvePoint): void {
    if (this.#closed) return
    this.#pending = mergePoints(this.#pending, point)
    if (this.#writing !== null || this.#now() < this.#nextAt) return
    this.#writing = this.#write().finally(() => {
      this.#writing = null
    })
  }

  /** Resolves when nothing is being written. */
  get settled(): Promise<void> {
    return this.#writing ?? Promise.resolve()
  }

  /** Writes what is left. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    await this.settled
    if (this.#pending !== null) await this.#write()
    await this.#file?.close().catch(() => {})
    this.#file = null
  }

  async #write(): Promise<void> {
    const point = this.#pending
    if (point === null) return
    this.#pending = null
    this.#nextAt = this.#now() + EVERY_MS
    try {
      const line = lineOf(point)
      await this.#open(line.length)
      await this.#put(`${this.#lead}${line}`)
      this.#lead = ''
      if (this.#refused) this.#hooks.recovered()
      this.#refused = false
    } catch (error) {
      await this.#giveUp(error)
    }
  }

  async #giveUp(error: unknown): Promise<void> {
    this.#nextAt = this.#now() + RETRY_MS
    await this.#file?.close().catch(() => {})
    this.#file = null
    if (!this.#refused) this.#hooks.refused(codeOf(error))
    this.#refused = true
  }

  async #put(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file!.write(bytes, done)
      done += bytesWritten
      this.#bytes += bytesWritten
    }
  }

  /** Opens the file that has room for so many bytes. */
  async #open(bytes: number): Promise<void> {
    if (this.#file === null) {
      this.#file = await open(this.#path, 'a')
      this.#bytes = (await this.#file.stat()).size
      this.#lead = this.#bytes === 0 ? '' : '\n'
    }
    if (this.#bytes + bytes <= MOST_BYTES) return
    await this.#file.close()
    this.#file = null
    await rename(this.#path, this.#older)
    this.#file = await open(this.#path, 'a')
    this.#bytes = 0
    this.#lead = this.#hooks.history().map(lineOf).join('')
  }
}
