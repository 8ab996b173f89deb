/** How far many runs are: what has begun and ended in, lines out. Nothing here draws or reads a clock. */
import { mean } from '../../simulation/mean.ts'
import type { Progress } from '../../simulation/run-options.ts'
import { durationOf } from '../duration.ts'
import type { Size } from '../live-area.ts'
import { barText } from '../live-table-frame.ts'
import type { Paint } from '../paint.ts'

const percent = (done: number): string => `${Math.floor(100 * Math.min(1, done))} %`

interface Running {
  readonly began: number
  progress: Progress | null
}

export class Board {
  readonly #what: string
  #total: number
  readonly #jobs: number
  readonly #began: number
  readonly #running = new Map<string, Running>()
  readonly #tookMs: number[] = []
  #ended = 0
  #failed = 0

  /** `what`: a word for all of it. All moments in milliseconds. */
  constructor(what: string, total: number, jobs: number, now: number) {
    this.#what = what
    this.#total = total
    this.#jobs = jobs
    this.#began = now
  }

  expect(total: number): void {
    this.#total = total
  }

  /** Runs that an earlier start has finished. */
  found(count: number): void {
    this.#ended += count
  }

  begin(name: string, now: number): void {
    this.#running.set(name, { began: now, progress: null })
  }

  show(name: string, progress: Progress): void {
    const running = this.#running.get(name)
    if (running !== undefined) running.progress = progress
  }

  /** Returns how long it took. */
  end(name: string, failed: boolean, now: number): number {
    const took = now - (this.#running.get(name)?.began ?? now)
    this.#running.delete(name)
    this.#ended++
    if (failed) this.#failed++
    // What failed at once says nothing of how long the others take.
    else this.#tookMs.push(took)
    return took
  }

  get ended(): number {
    return this.#ended
  }

  /** What is left, if every run takes as long as the finished ones have on average. */
  leftMs(now: number): number | null {
    const pending = this.#total - this.#ended
    if (pending === 0) return 0
    if (this.#tookMs.length === 0) return null
    const each = mean(this.#tookMs)
    const begun = [...this.#running.values()].map(({ began }) => Math.max(0, each - (now - began)))
    const work = begun.reduce((sum, ms) => sum + ms, (pending - begun.length) * each)
    return Math.max(work / Math.min(this.#jobs, pending), ...begun)
  }

  /** `3 of 12 runs, 1 failed | 2m05s` */
  summary(now: number): string {
    const failed = this.#failed === 0 ? '' : `, ${this.#failed} failed`
    const elapsed = durationOf((now - this.#began) / 1000)
    return `${this.#ended} of ${this.#total} runs${failed} | ${elapsed}`
  }

  /** For a screen of this size: a bar and what runs. */
  frame({ columns, rows }: Size, now: number, paint: Paint): string {
    const cut = (line: string): string => line.slice(0, columns - 1)
    const lines = [...this.#running].map(([name, { began, progress }]) => {
      const at = progress === null ? 'starts' : `${progress.stage} ${percent(progress.done)}`
      return `  ${name}: ${at} | ${durationOf((now - began) / 1000)}`
    })
    const room = Math.max(0, rows - 3)
    const shown = lines.slice(0, room)
    if (lines.length > room) shown.push(`  ... and ${lines.length - room} more`)
    const left = this.leftMs(now)
    const eta = left === null ? '-' : durationOf(left / 1000)
    const bar = `${this.#what}  ${barText(this.#ended / this.#total)} ${this.summary(now)} | ETA ${eta}`
    return [cut(bar), ...shown.map((line) => paint('dim', cut(line)))].join('\n')
  }
}
