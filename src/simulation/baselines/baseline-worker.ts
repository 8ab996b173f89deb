/** The entry of a baselines' thread: trains the replicas it is asked for, one after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { failureOf } from '../../errors.ts'
import type { Job, Report, ThreadSetup } from './jobs.ts'
import { createWorkshop } from './workshop.ts'

const port = parentPort
if (port === null) throw new Error('baseline-worker.ts runs in a worker thread only')

const report = (message: Report): void => port.postMessage(message)
const work = createWorkshop(workerData as ThreadSetup)

port.on('message', (job: Job) => {
  work(job, (count) => report({ type: 'steps', count })).then(
    (score) => report({ type: 'done', score }),
    (error: unknown) => report({ type: 'failed', ...failureOf(error) })
  )
})
