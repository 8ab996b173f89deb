/** What the compute thread does: the strategy's compute half beside its trainer, one request at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { failureOf } from '../errors.ts'
import {
  type ComputeReply,
  type ComputeRequest,
  type ComputeSetup,
  transferOf
} from './compute-messages.ts'
import { stepAside } from './step-aside.ts'
import { openWorkbench } from './workbench.ts'

const port = parentPort
if (port === null) throw new Error('compute-loop.ts runs in a worker thread only')

const reply = (message: ComputeReply): void => port.postMessage(message)

const failed = (error: unknown): void => reply({ type: 'failed', ...failureOf(error) })

try {
  const workbench = await openWorkbench(workerData as ComputeSetup, {
    onProgress: (done) => reply({ type: 'loading', done }),
    onFetch: (done, total) => reply({ type: 'fetching', done, total }),
    onNotice: (text) => reply({ type: 'notice', text })
  })
  let broken = false
  const perform = async (request: ComputeRequest): Promise<void> => {
    // A job that failed may have done half of its work: no checkpoint must be made of that.
    if (broken) return
    try {
      const answer = await workbench.perform(request)
      port.postMessage({ type: 'answer', answer } satisfies ComputeReply, transferOf(answer))
      // Of a round that is over: a peer that joins has come so far with as much right as the others' links.
      if (request.type === 'measure') stepAside()
    } catch (error) {
      broken = true
      failed(error)
    }
  }
  let last = Promise.resolve()
  port.on('message', (request: ComputeRequest) => {
    last = last.then(() => perform(request))
  })
  const { manifest, backend, explanation, layout, rows, classes, bytes } = workbench
  reply({ type: 'ready', manifest, backend, explanation, layout, rows, classes, bytes })
} catch (error) {
  failed(error)
}
