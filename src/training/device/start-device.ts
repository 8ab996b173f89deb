import { MessageChannel, SHARE_ENV, Worker } from 'node:worker_threads'
import { errorOf, RunFailedError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import { DeviceEngine } from './device-engine.ts'
import { DEFAULT_SILENCE, DEVICE_FAILED, DeviceLink } from './device-link.ts'
import type { DeviceGreeting, DeviceThreadData } from './messages.ts'
import { createSignal } from './signal.ts'

export interface DeviceInit {
  /** A module that calls `serveDevice`. */
  readonly entry: URL
  /** What its `open` takes: plain data. */
  readonly setup: unknown
  /** Logits of one label. */
  readonly classes: number
  /** Examples of the largest batch. */
  readonly capacity: number
  /** Milliseconds without progress after which the thread is given up. @default 600000 */
  readonly silence?: number
}

/** How long a backend may take to open: drivers that compile their kernels first take minutes. */
const OPENING = 600_000 // milliseconds

const greetingOf = (thread: Worker): Promise<DeviceGreeting> =>
  new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new RunFailedError(`the device thread ${what} while its backend opened`))
    const timer = setTimeout(() => fail(`took more than ${OPENING / 1000} s`), OPENING)
    thread.once('message', resolve)
    thread.once('error', (error) => fail(`failed (${error.message})`))
    thread.once('exit', () => fail('ended'))
    const settled = (): void => clearTimeout(timer)
    thread.once('message', settled).once('exit', settled)
  })

/**
 * Starts a device thread and waits, without blocking, until its engine is open. Afterwards every
 * call of the engine blocks. The thread ends with `dispose`, and keeps no process alive.
 *
 * @throws InvalidInputError, RunFailedError where the thread cannot open what it is asked to.
 */
export const startDevice = async ({
  entry,
  setup,
  classes,
  capacity,
  silence = DEFAULT_SILENCE
}: DeviceInit): Promise<Engine> => {
  const { port1, port2 } = new MessageChannel()
  const signal = createSignal()
  const data: DeviceThreadData = { setup, port: port2, signal }
  // Native libraries read the process's environment, not a thread's copy of it. Threads that start a
  // device thread share it, too.
  const thread = new Worker(entry, { workerData: data, transferList: [port2], env: SHARE_ENV })
  try {
    const greeting = await greetingOf(thread)
    if (greeting.type === 'failed') throw errorOf(greeting, DEVICE_FAILED)
    // What it dies of later comes as a reply; without a listener the event would end the process.
    thread.on('error', () => {})
    thread.unref()
    const link = new DeviceLink(port1, signal, silence)
    return new DeviceEngine({ ...greeting, link, classes, capacity })
  } catch (error) {
    port1.close()
    await thread.terminate()
    throw error
  }
}
