import { RunFailedError } from '../../errors.ts'
import { BASELINES } from '../../storage/results.ts'
import type { Job, Score, ThreadSetup } from './jobs.ts'
import { Thread } from './thread.ts'

/** Does a job somewhere; `onSteps` hears of the local steps that it has taken. */
export type RunJob = (job: Job, onSteps: (count: number) => void) => Promise<Score>

interface Waiting {
  readonly job: Job
  readonly start: (thread: Thread) => void
}

/** BASELINES goes from many short jobs to few long ones, which must not be left for the end. */
const urgency = ({ baseline }: Job): number => BASELINES.indexOf(baseline)

/** Threads that share the jobs, the most urgent first. */
export class Pool {
  readonly #setup: ThreadSetup
  readonly #most: number
  readonly #threads: Thread[] = []
  readonly #idle: Thread[] = []
  readonly #waiting: Waiting[] = []
  #ended = false

  /** Starts at most `threads` threads, each when it is needed. */
  constructor(setup: ThreadSetup, threads: number) {
    this.#setup = setup
    this.#most = threads
  }

  /** After a rejection the pool is good for nothing but `end`. */
  readonly run: RunJob = async (job, onSteps) => {
    const thread = await this.#thread(job)
    const score = await thread.run(job, onSteps)
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(thread)
    else next.start(thread)
    return score
  }

  /** Ends the threads; their jobs are rejected, those that wait for a thread never settle. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  #thread(job: Job): Thread | Promise<Thread> {
    if (this.#ended) throw new RunFailedError("the baselines' threads have been ended")
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#threads.length < this.#most) {
      const thread = new Thread(this.#setup)
      this.#threads.push(thread)
      return thread
    }
    return new Promise((start) => this.#enqueue({ job, start }))
  }

  #enqueue(waiting: Waiting): void {
    const place = this.#waiting.findIndex(({ job }) => urgency(job) < urgency(waiting.job))
    this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, waiting)
  }
}
