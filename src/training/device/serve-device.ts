import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { failureOf } from '../../errors.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { AsyncEngine } from '../tensors/async-engine.ts'
import { DeviceServer } from './device-server.ts'
import type {
  DeviceAnswer,
  DeviceGreeting,
  DeviceMessage,
  DeviceReply,
  DeviceThreadData,
  MoreSteps,
  Outcomes
} from './messages.ts'
import { end, sentCount, waitForMore, wake } from './signal.ts'

/** Lent memory goes back with the answer; logits are new and go along. */
const lentIn = (answer: DeviceAnswer): ArrayBuffer[] => {
  const { outcome, replica, second, bytes } = answer
  const logits = Array.isArray(outcome) ? (outcome as Outcomes['logits']) : []
  const all = [replica, second, bytes, ...logits].flatMap((data) => data?.buffer ?? [])
  return [...new Set(all)]
}

/**
 * The life of a device thread: opens an engine, says so, and answers requests until it is asked to
 * end. A worker thread's module calls it once; `startDevice` starts such a thread.
 */
export const serveDevice = async <Setup>(
  open: (setup: Setup) => Promise<AsyncEngine>
): Promise<void> => {
  const { setup, port, signal } = workerData as DeviceThreadData
  const greet = (greeting: DeviceGreeting): void => parentPort?.postMessage(greeting)
  const reply = (message: DeviceReply, lent: ArrayBuffer[] = []): void => {
    port.postMessage(message, lent)
    wake(signal)
  }
  /** Blocks this thread, too: an engine takes its steps from an iterator, which cannot be late. */
  const askForMore = (bytes: Bytes): MoreSteps => {
    reply({ type: 'hungry', bytes }, [bytes.buffer])
    for (;;) {
      const seen = sentCount(signal)
      const received = receiveMessageOnPort(port)
      if (received !== undefined) return received.message
      waitForMore(signal, seen)
    }
  }

  let fail = (error: unknown): void => greet({ type: 'failed', ...failureOf(error) })
  // The other thread blocks, and would not hear of the end by an event.
  process.once('exit', () => end(signal))
  process.once('uncaughtException', (error) => {
    fail(error)
    process.exit(1)
  })
  let engine: AsyncEngine
  try {
    engine = await open(setup as Setup)
  } catch (error) {
    fail(error)
    port.close()
    return
  }
  fail = (error) => reply({ type: 'failed', ...failureOf(error) })
  const server = new DeviceServer(engine, signal, askForMore)
  port.on('message', (message: Exclude<DeviceMessage, MoreSteps>) => {
    if (message === null) {
      engine.dispose()
      // Ends this thread only, whatever the backend has left running in it.
      process.exit()
    }
    server.answer(message).then(
      (answer) => reply({ type: 'answer', ...answer }, lentIn(answer)),
      (error: unknown) => fail(error)
    )
  })
  greet({ type: 'ready', backend: engine.backend, layout: engine.layout })
}
