/** Writes some of the bytes and says how many. @throws as fs.writeSync does */
export type Put = (bytes: Uint8Array, from: number) => number

/** A reader that is slow may take this long, once; then lines are dropped until it is ready again. */
const PATIENCE_MS = 500
const PAUSE_MS = 10

const pause = new Int32Array(new SharedArrayBuffer(4))

const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN'

export interface SinkOptions {
  /** How a line of pino's is shown, its line feed included. */
  readonly format: (line: string) => string
  /** What is written, as a line of pino's, when so many lines have been dropped. */
  readonly lost: (lines: number) => string
}

/**
 * Where a log goes. A line that cannot be written (the disk is full, the reader is gone or too slow) is
 * dropped, and nothing else happens: nothing is kept for later, and writing goes on when it works again.
 * (pino's own destination throws then, keeps every line, and never comes back from its last flush.)
 */
export class LogSink {
  readonly #put: Put
  readonly #options: SinkOptions
  #lost = 0
  /** The last line has been written in part. */
  #torn = false

  constructor(put: Put, options: SinkOptions) {
    this.#put = put
    this.#options = options
  }

  write(line: string): void {
    const { format, lost } = this.#options
    const before = this.#lost === 0 ? '' : format(lost(this.#lost))
    if (this.#write(`${this.#torn ? '\n' : ''}${before}${format(line)}`)) this.#lost = 0
    else this.#lost++
  }

  /** Whether it has been written to its end. */
  #write(text: string): boolean {
    const bytes = Buffer.from(text)
    // Who has kept this waiting once need not do it for every line.
    let patience = this.#lost === 0 ? PATIENCE_MS : 0
    for (let done = 0; done < bytes.length; ) {
      try {
        done += this.#put(bytes, done)
        this.#torn = done < bytes.length
      } catch (error) {
        if (!isBusy(error) || patience <= 0) return false
        patience -= PAUSE_MS
        Atomics.wait(pause, 0, 0, PAUSE_MS)
      }
    }
    return true
  }
}
