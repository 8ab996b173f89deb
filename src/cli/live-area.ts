/** Lines at the end of a terminal that are redrawn in place. */
import { stripVTControlCharacters } from 'node:util'
import { createLogUpdate } from 'log-update'

/** Redrawing more often than the eye follows would only cost. */
const INTERVAL_MS = 200

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** What a terminal says of itself; `resize` is told when it changes. */
export type Screen = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

export interface Clock {
  /** Milliseconds. */
  now(): number
  /** Acts again and again until the returned function is called. */
  every(ms: number, act: () => void): () => void
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  every: (ms, act) => {
    const timer = setInterval(act, ms).unref()
    return () => clearInterval(timer)
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Logs that are read later take plain lines: files, dumb terminals, continuous integration. */
export const canRedraw = (screen: Screen, environment: Environment): boolean =>
  screen.isTTY === true &&
  environment['TERM'] !== 'dumb' &&
  ['', 'false', undefined].includes(environment['CI'])

/** Rows of the screen that these lines fill where the terminal folds what is too long. */
export const rowsOf = (text: string, columns: number): number =>
  stripVTControlCharacters(text)
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0)

export class LiveArea {
  readonly #screen: Screen
  readonly #frame: (size: Size) => string
  readonly #clock: Clock
  readonly #log: ReturnType<typeof createLogUpdate>
  readonly #stopTimer: () => void
  #drawnAt = Number.NEGATIVE_INFINITY
  #shown = ''

  /** `frame` gives the lines for a screen of this size; no line may be longer than it is wide. */
  constructor(screen: Screen, frame: (size: Size) => string, clock: Clock = SYSTEM_CLOCK) {
    this.#screen = screen
    this.#frame = frame
    this.#clock = clock
    this.#log = createLogUpdate(screen)
    this.#stopTimer = clock.every(INTERVAL_MS, this.touch)
    screen.on('resize', this.#onResize)
  }

  /** Something may have changed: redraws where it is time. Cheap enough for every record. */
  readonly touch = (): void => {
    const now = this.#clock.now()
    if (now - this.#drawnAt < INTERVAL_MS) return
    this.#drawnAt = now
    this.#draw(this.#frame(this.#size))
  }

  /** Puts a text above, where it stays. */
  say(text: string): void {
    this.#log.persist(text)
    this.#draw(this.#frame(this.#size))
  }

  /** Leaves `last` on the screen and draws no more. */
  stop(last: string): void {
    this.#stopTimer()
    this.#screen.off('resize', this.#onResize)
    if (last === '') this.#log.clear()
    else this.#log(last)
    this.#log.done()
  }

  get #size(): Size {
    // 0: a terminal that does not know.
    return { columns: this.#screen.columns || 80, rows: this.#screen.rows || 24 }
  }

  #draw(text: string): void {
    this.#shown = text
    this.#log(text)
  }

  /** A narrower terminal has folded the lines: there are more of them to erase than were written. */
  readonly #onResize = (): void => {
    if (this.#shown !== '') {
      this.#screen.write(`\u001B[${rowsOf(this.#shown, this.#size.columns)}A\r\u001B[0J`)
      this.#log.done()
    }
    this.#draw(this.#frame(this.#size))
  }
}
