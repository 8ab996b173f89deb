import type { Progress } from '../simulation/run-options.ts'
import { durationOf } from './duration.ts'
import { Stages, type StageView } from './stages.ts'

/** Between two lines of a stage. */
const INTERVAL_MS = 10_000

const percent = ({ done }: StageView): string => `${Math.floor(done * 100)} %`
const after = (view: StageView): string =>
  `${percent(view)} after ${durationOf(view.elapsedMs / 1000)}`

/** The progress of a run as lines: when a stage begins, every ten seconds, and when it ends. */
export class PlainProgress {
  readonly #print: (line: string) => void
  readonly #now: () => number
  readonly #stages = new Stages()
  #current: string | null = null
  #printedAt = 0
  #stopped = false

  constructor(print: (line: string) => void, now: () => number) {
    this.#print = print
    this.#now = now
  }

  show(progress: Progress): void {
    if (this.#stopped) return
    const now = this.#now()
    const { stage: name } = progress
    if (this.#stages.show(progress, now)) {
      this.#end(now)
      this.#print(`${name}: 0 %`)
      this.#current = name
      this.#printedAt = now
    }
    if (name !== this.#current || now - this.#printedAt < INTERVAL_MS) return
    this.#printedAt = now
    const view = this.#stages.view(name, now)
    this.#print(`${name}: ${after(view)}, ${view.left} left`)
  }

  /** Nothing is shown after this. */
  stop(): void {
    this.#stopped = true
    this.#end(this.#now())
  }

  #end(now: number): void {
    if (this.#current === null) return
    this.#print(`${this.#current}: ${after(this.#stages.view(this.#current, now))}`)
    this.#current = null
  }
}
