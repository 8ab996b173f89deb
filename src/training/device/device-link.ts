import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { errorOf, RunFailedError } from '../../errors.ts'
import type { Bytes } from '../../vector/vector.ts'
import type {
  DeviceAnswer,
  DeviceMessage,
  DeviceReply,
  DeviceRequest,
  MoreSteps,
  StepBatches
} from './messages.ts'
import { announce, countOf, hasEnded, type Signal, waitBeyond } from './signal.ts'

/**
 * How long a device may show no progress. A step of a large model in plain JavaScript takes minutes;
 * smaller, and slow machines fail; larger, and a graphics driver that hangs is noticed later.
 */
export const DEFAULT_SILENCE = 600_000 // milliseconds

/** What begins the message of whatever goes wrong over there. */
export const DEVICE_FAILED = 'the device thread failed: '

type Success = Exclude<DeviceReply, { type: 'failed' }>

const lentIn = (message: DeviceMessage): ArrayBuffer[] => {
  if (message === null || message === 'broken off') return []
  if (!('task' in message)) return [message.bytes.buffer]
  return [message.replica, message.second, message.bytes].flatMap((data) => data?.buffer ?? [])
}

/** The calling end of a device thread: one message at a time, and the thread waits for the reply. */
export class DeviceLink {
  readonly #port: MessagePort
  readonly #signal: Signal
  readonly #silence: number
  /** Whether a descent is waiting for more steps. */
  #hungry = false
  /** Why there is nobody at the other end. */
  #over: Error | null = null

  constructor(port: MessagePort, signal: Signal, silence: number) {
    this.#port = port
    this.#signal = signal
    this.#silence = silence
  }

  /**
   * Blocks until all of a request has been done. The memory that it names moves there.
   *
   * @throws InvalidInputError, RunFailedError what went wrong over there. A thread that has ended or
   * is silent is good for nothing more; after other failures the next request is served as any.
   */
  call(request: DeviceRequest | StepBatches): DeviceAnswer {
    const reply = this.#exchange(request)
    if (reply.type === 'answer') return reply
    throw new RunFailedError('the device thread asks for more steps than there are')
  }

  /** The same of a descent's steps that are not its last; returns their memory. */
  feed(request: DeviceRequest | StepBatches): Bytes {
    const reply = this.#exchange(request)
    if (reply.type === 'hungry') return reply.bytes
    throw new RunFailedError('the device thread has not taken all steps')
  }

  /** Ends a descent that has been fed and gets no more. */
  breakOff(): void {
    if (!this.#hungry) return
    try {
      this.#exchange('broken off')
    } catch {
      // Its failure is the answer; why there are no more steps is for the caller to say.
    }
  }

  /** Asks the thread to end, and does not wait for it. */
  close(): void {
    if (this.#over !== null) return
    this.#over = new RunFailedError('the device thread has been ended')
    this.#send(null)
  }

  #exchange(message: DeviceRequest | MoreSteps): Success {
    if (this.#over !== null) throw this.#over
    this.#hungry = false
    this.#send(message)
    const reply = this.#receive()
    if (reply.type === 'failed') throw errorOf(reply, DEVICE_FAILED)
    this.#hungry = reply.type === 'hungry'
    return reply
  }

  #send(message: DeviceMessage): void {
    this.#port.postMessage(message, lentIn(message))
    announce(this.#signal)
  }

  #receive(): DeviceReply {
    for (;;) {
      // In this order: what comes after the look is seen by the wait.
      const seen = countOf(this.#signal)
      const ended = hasEnded(this.#signal)
      const received = receiveMessageOnPort(this.#port)
      if (received !== undefined) return received.message
      if (ended) throw this.#giveUp('has ended by itself')
      if (!waitBeyond(this.#signal, seen, this.#silence)) {
        const seconds = this.#silence / 1000
        throw this.#giveUp(`shows no progress for ${seconds} s (a driver that hangs?)`)
      }
    }
  }

  #giveUp(what: string): Error {
    this.#over = new RunFailedError(
      `the device thread ${what}; start again, or choose another backend`
    )
    return this.#over
  }
}
