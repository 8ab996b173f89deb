/**
 * The vectors of ring-all-reduce: the replica, the own part of a step, and the sum over the ring. The own
 * part stays as it is until the step is made, so that a step can be made again with other members.
 */
import type { Compressor } from '../../compression/compressor.ts'
import type { Saved } from '../../vector/saved.ts'
import { scale, type Vector, zeros } from '../../vector/vector.ts'
import type { Sha256 } from '../context.ts'
import type { Compute, Trainer } from '../strategy.ts'
import { Feedback } from './feedback.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Job, Place, Result, RingKinds } from './kinds.ts'
import { gradientSource, movementSource, type Source } from './own-gradient.ts'
import { packCompute, unpackCompute } from './saved-compute.ts'
import { bytesIn, parseState, readParts, stateParts } from './state-stream.ts'

export interface RingComputeOptions {
  readonly compressor: Compressor
  /** Nothing is lost by it. */
  readonly exact: boolean
  /** Bytes of a chunk of state. */
  readonly chunkBytes: number
  readonly sha256: Sha256
  /**
   * All parts count the same: as many examples as this for each of the step's usual batches. Without: as
   * many as they are of.
   */
  readonly examples?: number
}

export class RingCompute implements Compute<RingKinds> {
  readonly replica: Vector
  readonly mixed = null
  readonly #options: RingComputeOptions
  readonly #source: Source
  readonly #part: Vector
  readonly #sum: Vector
  readonly #feedback: Feedback | null
  /** The own part is of the step that comes next. */
  #hasPart = false
  /** A state on its way here, and the view that it is for. */
  #arriving: { readonly generation: number; readonly bytes: Uint8Array<ArrayBuffer> } | null = null

  /** `kept`: the replica to go on with; null: begin with the swarm's first. */
  constructor(options: RingComputeOptions, trainer: Trainer, kept: Vector | null = null) {
    const { length } = trainer.layout
    this.#options = options
    this.replica = kept?.slice() ?? trainer.initial()
    this.#part = zeros(length)
    this.#sum = zeros(length)
    this.#feedback = options.exact ? null : new Feedback(length)
    // The sum is free while the own part is made: others need that for theirs.
    this.#source =
      trainer.gradients === undefined
        ? movementSource(trainer, this.#part)
        : gradientSource(trainer.gradients(), this.#part, this.#sum)
  }

  fingerprint(): string {
    return fingerprintOf(this.replica, this.#options.sha256)
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'gradient': {
        const { loss, samples } = this.#source.part(this.replica, job.batches, job.mean, job.at)
        this.#hasPart = true
        return { kind: 'trained', loss, samples, weight: this.#weigh(samples, job.mean) }
      }
      case 'own':
        return {
          ...placeOf(job),
          kind: 'own',
          bytes: this.#coded(job, this.#part, false),
          gives: true
        }
      case 'add':
        return {
          ...placeOf(job),
          kind: 'added',
          whole: job.whole,
          bytes: this.#add(job),
          gives: true
        }
      case 'take':
        this.#take(job)
        return { ...placeOf(job), kind: 'taken' }
      case 'apply':
        this.#apply(job)
        return { kind: 'applied' }
      case 'read-state':
        return this.#read(job)
      case 'write-state':
        return this.#write(job)
      case 'hash':
        return { kind: 'hashed', cut: job.cut, hash: this.fingerprint() }
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        this.#resume(job.compute)
        return { kind: 'resumed' }
    }
  }

  /** What the own part, a sum over `samples` examples, counts for; makes it a sum over as many. */
  #weigh(samples: number, mean: number): number {
    const { examples } = this.#options
    if (examples === undefined || samples === 0) return samples
    const weight = mean * examples
    scale(weight / samples, this.#part)
    return weight
  }

  /** The code of `values` there; with `keep`, what it decodes to stays there as the sum. */
  #coded({ from, to }: Place, values: Vector, keep: boolean) {
    const { compressor } = this.#options
    const there = values.subarray(from, to)
    const feedback = this.#feedback
    if (feedback === null) return compressor.encode(there)
    const wanted = feedback.with(there, from)
    const bytes = compressor.encode(wanted)
    const decoded = keep ? this.#sum.subarray(from, to) : zeros(there.length)
    if (keep) decoded.fill(0)
    compressor.addDecoded(bytes, decoded)
    feedback.note(wanted, decoded, from)
    return bytes
  }

  #add(job: Extract<Job, { kind: 'add' }>) {
    const { from, to, bytes, whole } = job
    const sum = this.#sum.subarray(from, to)
    sum.set(this.#part.subarray(from, to))
    this.#options.compressor.addDecoded(bytes, sum)
    return this.#coded(job, this.#sum, whole)
  }

  #take({ from, to, bytes }: Extract<Job, { kind: 'take' }>): void {
    const sum = this.#sum.subarray(from, to)
    sum.fill(0)
    this.#options.compressor.addDecoded(bytes, sum)
  }

  /** Every member has the same sum and the same number of examples, and so does the same. */
  #apply({ at, samples, alone }: Extract<Job, { kind: 'apply' }>): void {
    this.#hasPart = false
    this.#feedback?.stepped()
    if (samples === 0) return
    const sum = alone ? this.#part : this.#sum
    scale(1 / samples, sum)
    this.#source.follow(this.replica, sum, at)
  }

  /** What is the same at all members. */
  get #shared(): Saved {
    const { vectors, data } = this.#source.shared.save()
    return { vectors: { replica: this.replica, ...vectors }, data }
  }

  #read(job: Extract<Job, { kind: 'read-state' }>): Result {
    const { to, generation, offset } = job
    const parts = stateParts(this.#shared)
    const bytes = readParts(parts, offset, this.#options.chunkBytes)
    return { kind: 'read', to, generation, total: bytesIn(parts), offset, bytes }
  }

  #write(job: Extract<Job, { kind: 'write-state' }>): Result {
    const { generation, total, offset, bytes } = job
    if (offset === 0) this.#arriving = { generation, bytes: new Uint8Array(total) }
    const arriving = this.#arriving
    if (arriving?.generation !== generation || offset + bytes.length > arriving.bytes.length) {
      return { kind: 'written', generation, complete: null }
    }
    arriving.bytes.set(bytes, offset)
    if (offset + bytes.length < total) return { kind: 'written', generation, complete: false }
    this.#arriving = null
    return { kind: 'written', generation, complete: this.#adopt(arriving.bytes) ? true : null }
  }

  #adopt(bytes: Uint8Array<ArrayBuffer>): boolean {
    const state = parseState(bytes)
    const replica = state?.vectors['replica']
    if (state === null || !(replica instanceof Float32Array)) return false
    if (replica.length !== this.replica.length) return false
    const { replica: _, ...vectors } = state.vectors
    try {
      this.#source.shared.restore({ vectors, data: state.data })
    } catch {
      // What restores says what it expects: this is another model's, or somebody's joke.
      return false
    }
    this.replica.set(replica)
    this.#hasPart = false
    this.#feedback?.forget()
    return true
  }

  #save(): Saved {
    return packCompute({
      replica: this.replica.slice(),
      part: this.#hasPart ? this.#part.slice() : null,
      lost: this.#feedback?.save() ?? null,
      source: this.#source
    })
  }

  #resume(saved: Saved): void {
    const { replica, part, lost } = unpackCompute(saved, this.replica.length, this.#source)
    this.replica.set(replica)
    this.#hasPart = part !== null
    if (part !== null) this.#part.set(part)
    if (lost !== null) this.#feedback?.restore(lost)
  }
}

const placeOf = ({ generation, step, chunk, bucket, from, to }: Place): Place => ({
  generation,
  step,
  chunk,
  bucket,
  from,
  to
})
