import { SHARE_ENV, Worker } from 'node:worker_threads'
import { errorOf, RunFailedError } from '../../errors.ts'
import { workerEntry } from '../../worker-entry.ts'
import type { Job, Report, Score, ThreadSetup } from './jobs.ts'

interface Running {
  readonly onSteps: (count: number) => void
  readonly resolve: (score: Score) => void
  readonly reject: (error: Error) => void
}

const gone = (): RunFailedError => new RunFailedError("a baseline's thread has ended")

/** A worker thread that does one job at a time. */
export class Thread {
  readonly #worker: Worker
  #ended = false
  #running: Running | null = null

  constructor(setup: ThreadSetup) {
    this.#worker = new Worker(workerEntry('./baseline-worker', import.meta.url), {
      workerData: setup,
      // With the device thread that it may start (src/training/device/start-device.ts).
      env: SHARE_ENV
    })
    this.#worker.on('message', (report: Report) => this.#hear(report))
    this.#worker.once('error', (error) => this.#take()?.reject(error))
    this.#worker.once('exit', () => {
      this.#ended = true
      this.#take()?.reject(gone())
    })
  }

  /** Rejects when the thread ends before the job does. */
  run(job: Job, onSteps: (count: number) => void): Promise<Score> {
    if (this.#ended) return Promise.reject(gone())
    return new Promise((resolve, reject) => {
      this.#running = { onSteps, resolve, reject }
      this.#worker.postMessage(job)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #hear(report: Report): void {
    switch (report.type) {
      case 'steps':
        this.#running?.onSteps(report.count)
        break
      case 'done':
        this.#take()?.resolve(report.score)
        break
      case 'failed':
        this.#take()?.reject(errorOf(report))
    }
  }

  #take(): Running | null {
    const running = this.#running
    this.#running = null
    return running
  }
}
