import type { Progress } from '../simulation/run-options.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { type Clock, LiveArea, type Screen, SYSTEM_CLOCK } from './live-area.ts'
import { liveTableFrame, stageLines } from './live-table-frame.ts'
import { SwarmModel, type SwarmShape } from './live-table-model.ts'
import { paintFor } from './paint.ts'
import { Stages } from './stages.ts'

/** The progress of a run on a terminal: its stages, and a line for each peer. */
export class LiveTable {
  readonly #stages = new Stages()
  readonly #model: SwarmModel
  readonly #clock: Clock
  readonly #createArea: () => LiveArea
  /** From the first news on: a run that cannot start shows no empty table. */
  #area: LiveArea | null = null
  #stopped = false

  constructor(shape: SwarmShape, screen: Screen, clock: Clock = SYSTEM_CLOCK) {
    this.#model = new SwarmModel(shape)
    this.#clock = clock
    const paint = paintFor(screen)
    const frame = (size: { columns: number; rows: number }): string => {
      const now = clock.now()
      return liveTableFrame(shape, this.#stages.views(now), this.#model.rows(now), size, paint)
    }
    this.#createArea = () => new LiveArea(screen, frame, clock)
  }

  record(record: RoundRecord): void {
    this.#model.add(record, this.#clock.now())
    this.#touch()
  }

  show(progress: Progress): void {
    this.#stages.show(progress, this.#clock.now())
    this.#touch()
  }

  /** Leaves the stages on the screen: the closing table has the peers. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    const now = this.#clock.now()
    this.#stages.end(now)
    this.#area?.stop(stageLines(this.#stages.views(now)).join('\n'))
  }

  #touch(): void {
    if (this.#stopped) return
    this.#area ??= this.#createArea()
    this.#area.touch()
  }
}
