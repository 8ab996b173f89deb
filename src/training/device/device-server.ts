import { RunFailedError } from '../../errors.ts'
import type { Bytes, Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { Step } from '../engine.ts'
import type { AsyncDescender, AsyncEngine } from '../tensors/async-engine.ts'
import type { DescenderKey, DeviceAnswer, DeviceRequest, MoreSteps, Outcomes } from './messages.ts'
import { unpack } from './packed-batches.ts'
import { beat, type Signal } from './signal.ts'

/** Does in the device thread what requests ask for, one after the other. */
export class DeviceServer {
  readonly #engine: AsyncEngine
  readonly #signal: Signal
  /** Gives the batches' memory back, and waits for the next. */
  readonly #askForMore: (bytes: Bytes) => MoreSteps
  readonly #descenders = new Map<number, AsyncDescender>()
  /** Lent memory of the request that is being answered. */
  #replica: Vector = new Float32Array(0)
  #second: Vector | null = null
  #bytes: Bytes = new Uint8Array(0)

  constructor(engine: AsyncEngine, signal: Signal, askForMore: (bytes: Bytes) => MoreSteps) {
    this.#engine = engine
    this.#signal = signal
    this.#askForMore = askForMore
  }

  async answer(request: DeviceRequest): Promise<DeviceAnswer> {
    const { task, replica, second, bytes, last, freed } = request
    for (const id of freed) this.#free(id)
    if (replica !== null) this.#replica = replica
    this.#second = second
    this.#bytes = bytes
    const outcome = await this.#perform(request)
    const lent = task.type !== 'save' && task.type !== 'restore'
    const done = lent && (last || task.type === 'descend')
    return { outcome, replica: done ? this.#replica : null, second, bytes: this.#bytes }
  }

  #perform(request: DeviceRequest): Promise<Outcomes[keyof Outcomes]> {
    const { task, bytes, batches } = request
    switch (task.type) {
      case 'gradient':
        return this.#engine.gradient(this.#replica, unpack(bytes, batches[0]!), this.#second!)
      case 'logits':
        return this.#engine.logits(this.#replica, this.#batches(request))
      case 'descend': {
        const descender = this.#descender(task.descender)
        return descender.descend(this.#replica, this.#steps(request), this.#second)
      }
      case 'follow':
        return this.#descender(task.descender).follow(this.#replica, this.#second!, task.rate)
      case 'save':
        return this.#descender(task.descender).save()
      case 'restore':
        return this.#restore(task)
      default:
        return task satisfies never
    }
  }

  /** Every batch that is asked for shows the waiting thread that work goes on. */
  *#batches({ bytes, batches }: DeviceRequest): Generator<Batch> {
    for (const packed of batches) {
      beat(this.#signal)
      yield unpack(bytes, packed)
    }
  }

  *#steps(request: DeviceRequest): Generator<Step> {
    let { batches, last } = request
    for (;;) {
      for (const packed of batches) {
        beat(this.#signal)
        yield { batch: unpack(this.#bytes, packed), rate: packed.rate }
      }
      if (last) return
      const more = this.#askForMore(this.#bytes)
      if (more === 'broken off') throw new RunFailedError('there are no more batches')
      this.#bytes = more.bytes
      batches = more.batches
      last = more.last
    }
  }

  #descender({ id, optimizer, clip }: DescenderKey): AsyncDescender {
    const known = this.#descenders.get(id) ?? this.#engine.descender(optimizer, clip)
    this.#descenders.set(id, known)
    return known
  }

  async #restore({
    descender,
    saved
  }: Extract<DeviceRequest['task'], { type: 'restore' }>): Promise<null> {
    await this.#descender(descender).restore(saved)
    return null
  }

  #free(id: number): void {
    this.#descenders.get(id)?.dispose()
    this.#descenders.delete(id)
  }
}
