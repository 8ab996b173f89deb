/** Shows how a run gets on, in the way that suits whoever watches. Never on stdout. */
import type { Progress } from '../simulation/run-options.ts'
import type { Scenario } from '../simulation/scenario.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { roundsOf } from '../swarm/recipe.ts'
import { canRedraw } from './live-area.ts'
import { LiveTable } from './live-table.ts'
import { PlainProgress } from './plain-progress.ts'
import { sweepChannel } from './sweep-channel.ts'

export interface RunProgress {
  record(record: RoundRecord): void
  show(progress: Progress): void
  /** Nothing is shown after this. */
  stop(): void
}

const printLine = (line: string): void => void process.stderr.write(`${line}\n`)

export const createProgress = ({ peers, mode, training }: Scenario): RunProgress => {
  if (canRedraw(process.stderr, process.env)) {
    return new LiveTable({ peers, mode, rounds: roundsOf(training) }, process.stderr)
  }
  const plain = new PlainProgress(printLine, () => performance.now())
  const tell = sweepChannel()
  return {
    record: () => {},
    show: (progress) => {
      plain.show(progress)
      tell(progress)
    },
    stop: () => plain.stop()
  }
}
