import type { ClipConfig, OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { Descender, DescentReport, Engine, Step } from '../engine.ts'
import { unpackState } from '../optimizer-state.ts'
import type { DeviceLink } from './device-link.ts'
import { LentVector } from './lent-vector.ts'
import type {
  DescenderKey,
  DeviceAnswer,
  DeviceRequest,
  DeviceTask,
  Outcomes,
  StepBatches
} from './messages.ts'
import { BatchPacker, unpack } from './packed-batches.ts'

/** Batches that cross together, with the logits that come of them. */
const CHUNK_BYTES = 32 * 1024 * 1024

export interface DeviceEngineInit {
  readonly link: DeviceLink
  readonly backend: string
  readonly layout: Layout
  readonly classes: number
  readonly capacity: number
}

/**
 * An engine whose work is done by a device thread while the calling thread waits. Not reentrant:
 * what iterates over batches or visits logits must not call it.
 */
export class DeviceEngine implements Engine {
  readonly backend: string
  readonly layout: Layout
  readonly capacity: number
  readonly #link: DeviceLink
  readonly #classes: number
  readonly #replica = new LentVector()
  readonly #second = new LentVector()
  readonly #packer = new BatchPacker()
  #descenders = 0
  #freed: number[] = []
  readonly #forgotten = new FinalizationRegistry<number>((id) => void this.#freed.push(id))

  constructor({ link, backend, layout, classes, capacity }: DeviceEngineInit) {
    this.#link = link
    this.backend = backend
    this.layout = layout
    this.capacity = capacity
    this.#classes = classes
  }

  gradient(replica: Vector, batch: Batch, into: Vector): number {
    this.#packer.clear()
    this.#packer.add(batch)
    const lent = this.#replica.copyOf(replica)
    const memory = this.#second.memory(into.length)
    const answer = this.#finish(this.#request({ type: 'gradient' }, lent, memory, true))
    into.set(answer.second!)
    return answer.outcome as Outcomes['gradient']
  }

  logits(
    replica: Vector,
    batches: Iterable<Batch>,
    visit: (logits: Vector, batch: Batch) => void
  ): void {
    const bytesOf = ({ labels }: Batch): number =>
      labels.length * this.#classes * Float32Array.BYTES_PER_ELEMENT
    let lent: Vector | null = this.#replica.copyOf(replica)
    let logitBytes = 0
    const flush = (last: boolean): void => {
      const request = this.#request({ type: 'logits' }, lent, null, last)
      const { outcome, bytes } = this.#finish(request)
      const logits = outcome as Outcomes['logits']
      request.batches.forEach((packed, i) => void visit(logits[i]!, unpack(bytes, packed)))
      lent = null
      logitBytes = 0
    }
    this.#packer.clear()
    for (const batch of batches) {
      if (this.#isFull(batch, logitBytes + bytesOf(batch))) flush(false)
      this.#packer.add(batch)
      logitBytes += bytesOf(batch)
    }
    if (this.#packer.count > 0) flush(true)
  }

  descender(optimizer: OptimizerConfig, clip: ClipConfig): Descender {
    const key = { id: this.#descenders++, optimizer, clip }
    const descender: Descender = {
      descend: (replica, steps, correction) => this.#descend(key, replica, steps, correction),
      follow: (replica, gradient, rate) => this.#follow(key, replica, gradient, rate),
      save: () => this.#ask({ type: 'save', descender: key }) as Saved,
      restore: (saved) => {
        // Here, too, where it is still a RangeError.
        unpackState(optimizer, this.layout.length, saved)
        this.#ask({ type: 'restore', descender: key, saved })
      }
    }
    this.#forgotten.register(descender, key.id)
    return descender
  }

  dispose(): void {
    this.#link.close()
  }

  #descend(
    descender: DescenderKey,
    replica: Vector,
    steps: Iterable<Step>,
    correction: Vector | null
  ): DescentReport {
    const lent = this.#replica.copyOf(replica)
    const added = correction && this.#second.copyOf(correction)
    const task = { type: 'descend', descender } as const
    let begun = false
    /** What is packed, as the beginning of the descent or as its continuation. */
    const message = (last: boolean): DeviceRequest | StepBatches =>
      begun ? { ...this.#packer.take(), last } : this.#request(task, lent, added, last)
    this.#packer.clear()
    try {
      for (const { batch, rate } of steps) {
        if (this.#isFull(batch, 0)) {
          this.#packer.giveBack(this.#link.feed(message(false)))
          begun = true
        }
        this.#packer.add(batch, rate)
      }
    } catch (error) {
      this.#link.breakOff()
      throw error
    }
    if (this.#packer.count === 0) return { loss: 0, skipped: 0 }
    const answer = this.#finish(message(true))
    replica.set(answer.replica!)
    return answer.outcome as Outcomes['descend']
  }

  #follow(descender: DescenderKey, replica: Vector, gradient: Vector, rate: number): boolean {
    this.#packer.clear()
    const lent = this.#replica.copyOf(replica)
    const along = this.#second.copyOf(gradient)
    const answer = this.#finish(
      this.#request({ type: 'follow', descender, rate }, lent, along, true)
    )
    replica.set(answer.replica!)
    return answer.outcome as Outcomes['follow']
  }

  /** What needs neither replica nor batches. */
  #ask(task: DeviceTask): DeviceAnswer['outcome'] {
    this.#packer.clear()
    return this.#finish(this.#request(task, null, null, true)).outcome
  }

  #isFull({ x, labels }: Batch, logitBytes: number): boolean {
    const { count, size } = this.#packer
    return count > 0 && size + x.byteLength + labels.length + logitBytes > CHUNK_BYTES
  }

  /** About what is packed. */
  #request(
    task: DeviceTask,
    replica: Vector | null,
    second: Vector | null,
    last: boolean
  ): DeviceRequest {
    return { task, replica, second, ...this.#packer.take(), last, freed: this.#freed.splice(0) }
  }

  /** Sends it, waits, and takes the lent memory back. */
  #finish(request: DeviceRequest | StepBatches): DeviceAnswer {
    const answer = this.#link.call(request)
    this.#packer.giveBack(answer.bytes)
    if (answer.replica !== null) this.#replica.giveBack(answer.replica)
    if (answer.second !== null) this.#second.giveBack(answer.second)
    return answer
  }
}
