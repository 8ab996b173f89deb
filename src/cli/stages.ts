import type { Progress } from '../simulation/run-options.ts'
import { durationOf } from './duration.ts'

/** Earlier than this a stage's pace says nothing yet. */
const PACE_AFTER_MS = 2000

/** How far a stage is, how long it has taken and, at that pace, will still take. */
export interface StageView {
  readonly name: string
  /** 0..1 */
  readonly done: number
  readonly elapsedMs: number
  readonly left: string
}

interface Stage {
  readonly began: number
  done: number
  ended: number | null
}

/** What is left at the stage's mean pace: rounds with evaluations make a shorter view jump. */
const leftAfter = ({ done, ended }: Stage, elapsedMs: number): string => {
  if (done === 1) return durationOf(0)
  if (ended !== null || elapsedMs < PACE_AFTER_MS || done === 0) return '-'
  return durationOf((elapsedMs * (1 - done)) / done / 1000)
}

/**
 * The stages of a run in the order of their first progress. One ends when the next begins: its last
 * progress may fall short of the whole (a goal reached early) or be there long before (slow peers).
 */
export class Stages {
  readonly #stages = new Map<string, Stage>()

  /** True when this begins a stage. `now` in milliseconds. */
  show({ stage: name, done }: Progress, now: number): boolean {
    const known = this.#stages.get(name)
    if (known === undefined) this.end(now)
    const stage = known ?? { began: now, done: 0, ended: null }
    stage.done = Math.min(1, done)
    this.#stages.set(name, stage)
    return known === undefined
  }

  /** Ends every stage that has not. */
  end(now: number): void {
    for (const stage of this.#stages.values()) stage.ended ??= now
  }

  view(name: string, now: number): StageView {
    const stage = this.#stages.get(name)!
    const elapsedMs = (stage.ended ?? now) - stage.began
    return { name, done: stage.done, elapsedMs, left: leftAfter(stage, elapsedMs) }
  }

  views(now: number): readonly StageView[] {
    return [...this.#stages.keys()].map((name) => this.view(name, now))
  }
}
