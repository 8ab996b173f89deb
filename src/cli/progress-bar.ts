import { Presets, SingleBar } from 'cli-progress'
import type { Progress } from '../simulation/run-options.ts'
import { durationOf } from './duration.ts'

const TOTAL = 1000
/** Between two lines where stderr is not a terminal. */
const PLAIN_INTERVAL_MS = 10_000
/** Earlier than this a stage's pace says nothing yet. */
const PACE_AFTER_MS = 2000

/** Where the stage's work is, how long it has taken and, at that pace, will still take. */
interface Stage {
  readonly name: string
  readonly began: number
  show(done: number, elapsedMs: number, left: string): void
  end(done: number, elapsedMs: number): void
}

/** What is left at the stage's mean pace: rounds with evaluations make a shorter view jump. */
const leftAfter = (done: number, elapsedMs: number): string =>
  elapsedMs < PACE_AFTER_MS || done === 0 ? '-' : durationOf((elapsedMs * (1 - done)) / done / 1000)

const barStage = (name: string, began: number): Stage => {
  const bar = new SingleBar(
    {
      format: `${name.padEnd(6)} {bar} {percentage}% | {elapsed} | ETA {left}`,
      stream: process.stderr,
      barsize: 30,
      hideCursor: true
    },
    process.env['NO_COLOR'] === undefined ? Presets.shades_grey : Presets.shades_classic
  )
  const elapsed = (elapsedMs: number): string => durationOf(elapsedMs / 1000)
  bar.start(TOTAL, 0, { elapsed: elapsed(0), left: '-' })
  return {
    name,
    began,
    show: (done, elapsedMs, left) =>
      bar.update(Math.floor(done * TOTAL), { elapsed: elapsed(elapsedMs), left }),
    end: (done, elapsedMs) => {
      const left = done === 1 ? durationOf(0) : '-'
      bar.update(Math.floor(done * TOTAL), { elapsed: elapsed(elapsedMs), left })
      bar.stop()
    }
  }
}

const plainStage = (name: string, began: number): Stage => {
  let printed = 0
  const print = (text: string): void => void process.stderr.write(`${name}: ${text}\n`)
  const percent = (done: number): string => `${Math.floor(done * 100)} %`
  print(percent(0))
  return {
    name,
    began,
    show: (done, elapsedMs, left) => {
      if (elapsedMs - printed < PLAIN_INTERVAL_MS) return
      printed = elapsedMs
      print(`${percent(done)} after ${durationOf(elapsedMs / 1000)}, ${left} left`)
    },
    end: (done, elapsedMs) => print(`${percent(done)} after ${durationOf(elapsedMs / 1000)}`)
  }
}

/** The progress of a run on stderr, stage by stage: a bar, or plain lines where it is no terminal. */
export class ProgressBar {
  #stage: Stage | null = null
  #done = 0
  #stopped = false

  show({ stage: name, done }: Progress): void {
    if (this.#stopped) return
    const now = performance.now()
    if (this.#stage?.name !== name) {
      this.#end()
      const drawn = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb'
      this.#stage = drawn ? barStage(name, now) : plainStage(name, now)
    }
    this.#done = Math.min(1, done)
    const elapsedMs = now - this.#stage.began
    this.#stage.show(this.#done, elapsedMs, leftAfter(this.#done, elapsedMs))
  }

  /** Nothing is shown after this. */
  stop(): void {
    this.#stopped = true
    this.#end()
  }

  #end(): void {
    this.#stage?.end(this.#done, performance.now() - this.#stage.began)
    this.#stage = null
  }
}
