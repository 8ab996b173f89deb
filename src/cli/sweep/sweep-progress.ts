/** Shows a sweep on stderr: a bar with what runs, or a line for each run where it is no terminal. */
import type { Progress } from '../../simulation/run-options.ts'
import { durationOf } from '../duration.ts'
import { type Clock, canRedraw, LiveArea, type Screen, SYSTEM_CLOCK } from '../live-area.ts'
import { paintFor } from '../paint.ts'
import { harmless } from '../print-error.ts'
import { Board } from './board.ts'

export interface SweepShape {
  /** What is going on: `sweep`. */
  readonly what: string
  readonly runs: number
  readonly jobs: number
}

export class SweepProgress {
  readonly #screen: Screen
  readonly #clock: Clock
  readonly #board: Board
  readonly #area: LiveArea | null
  readonly #what: string
  #runs: number
  #before = 0
  #stopped = false

  constructor(
    { what, runs, jobs }: SweepShape,
    screen: Screen = process.stderr,
    environment: NodeJS.ProcessEnv = process.env,
    clock: Clock = SYSTEM_CLOCK
  ) {
    this.#screen = screen
    this.#clock = clock
    this.#what = what
    this.#runs = runs
    this.#board = new Board(what, runs, jobs, clock.now())
    const paint = paintFor(screen)
    this.#area = canRedraw(screen, environment)
      ? new LiveArea(screen, (size) => this.#board.frame(size, clock.now(), paint), clock)
      : null
  }

  /** So many runs there are in all, after all. */
  expect(runs: number): void {
    this.#runs = runs
    this.#board.expect(runs)
    this.#area?.touch()
  }

  /** So many more runs had been finished before this start. */
  found(count: number): void {
    if (count === 0) return
    this.#before += count
    this.#board.found(count)
    this.say(`${this.#before} of ${this.#runs} runs were finished before`)
    this.#area?.touch()
  }

  begin(name: string): void {
    this.#board.begin(name, this.#clock.now())
    this.#area?.touch()
  }

  show(name: string, progress: Progress): void {
    this.#board.show(name, progress)
    this.#area?.touch()
  }

  /** `reason`: why it failed; null where it did not. */
  end(name: string, reason: string | null): void {
    const took = durationOf(this.#board.end(name, reason !== null, this.#clock.now()) / 1000)
    const count = `${this.#board.ended} of ${this.#runs}`
    if (reason !== null) this.say(`${count}: ${name} failed after ${took}: ${reason}`)
    else if (this.#area === null) this.say(`${count}: ${name} finished after ${took}`)
    this.#area?.touch()
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.#area === null || this.#stopped) this.#screen.write(`${harmless(text)}\n`)
    else this.#area.say(harmless(text))
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#area?.stop(`${this.#what}  ${this.#board.summary(this.#clock.now())}`)
  }
}
