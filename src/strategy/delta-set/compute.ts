/**
 * The vectors of delta-set. `base` is the replica as all peers agree on it, a sum of integers; `replica`
 * is the same in float32, on which local steps work. The residual lives in the encoder.
 */
import { addDelta, type DeltaDecoder, type DeltaEncoder } from '../../compression/delta/index.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Bytes, Vector } from '../../vector/vector.ts'
import type { Sha256 } from '../context.ts'
import type { Compute, Trainer } from '../strategy.ts'
import { type Weighting, Worth } from '../weighting.ts'
import type { ControlVariate } from './control-variate.ts'
import { type FixedPoint, foldProgress, toFixedPoint, toFloats, UNIT } from './fixed-point.ts'
import type { Application, DeltaKinds, Job, Result } from './kinds.ts'
import { replicaHash } from './replica-hash.ts'
import { resumeFrom, saveAll } from './saved-compute.ts'
import { restoreTo, snapshotOf } from './snapshot/replica-jobs.ts'

export interface DeltaComputeOptions {
  /** Share of the residual that outlives a round. */
  readonly decay: number
  /** The learning rate after so many steps of the schedule. */
  readonly rateAt: (step: number) => number
  /** Of whole replicas. */
  readonly sha256: Sha256
  /** What deltas count by. @default uniform */
  readonly weighting?: Weighting
}

export interface DeltaComputeParts {
  readonly encoder: DeltaEncoder
  readonly decoder: DeltaDecoder
  /** Null: gradients are not corrected. */
  readonly control: ControlVariate | null
}

export class DeltaCompute implements Compute<DeltaKinds> {
  readonly replica: Vector
  readonly mixed = null
  readonly #base: FixedPoint
  readonly #options: DeltaComputeOptions
  readonly #parts: DeltaComputeParts
  readonly #trainer: Trainer
  /** Null: all deltas count the same. */
  readonly #worth: Worth | null
  /** Steps of the schedule at the latest local steps. */
  #step = 0
  #started = false

  constructor(options: DeltaComputeOptions, parts: DeltaComputeParts, trainer: Trainer) {
    this.#options = options
    this.#parts = parts
    this.#trainer = trainer
    const { weighting = 'uniform' } = options
    this.#worth = weighting === 'uniform' ? null : new Worth(weighting, trainer)
    this.#base = toFixedPoint(trainer.initial())
    this.replica = new Float32Array(this.#base.length)
    toFloats(this.#base, this.replica)
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'local-steps':
        return this.#train(job.steps, job.from)
      case 'encode':
        return { kind: 'encoded', payload: this.#parts.encoder.encode(job.density, job.weight) }
      case 'apply':
        for (const delta of job.deltas) this.#apply(delta)
        return { kind: 'applied' }
      case 'undo':
        for (const payload of job.payloads) this.#add(payload, 1)
        return { kind: 'undone' }
      case 'hash':
        return { kind: 'hashed', hash: this.fingerprint() }
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        return this.#resume(job.compute)
      case 'snapshot':
        return snapshotOf(this.#base, this.#parts.decoder, job, this.#options.sha256)
      case 'restore':
        return this.#restore(job)
    }
  }

  fingerprint(): string {
    return replicaHash(this.#base, this.#options.sha256)
  }

  #train(steps: number, from: number): Result {
    const { encoder, control } = this.#parts
    this.#step = from
    this.#started = true
    this.#worth?.begin(this.replica)
    const report = this.#trainer.train(this.replica, steps, from, control?.correction ?? null)
    this.#worth?.end(this.replica)
    const { decay } = this.#options
    const largest = foldProgress(this.#base, this.replica, encoder.residual, decay)
    control?.forget()
    // How late they are is not known here.
    const worth = this.#worth === null ? {} : { worth: this.#worth.now(0) }
    return { kind: 'trained', largest, ...worth, ...report }
  }

  #save(): Saved {
    const progress = { step: this.#step, started: this.#started }
    const gain = this.#options.weighting === 'gain' ? { gain: this.#worth!.gain } : {}
    return saveAll(this.#vectors, this.#trainer, { ...progress, ...gain })
  }

  #resume(compute: Saved): Result {
    const { step, started, gain } = resumeFrom(compute, this.#vectors, this.#trainer)
    this.#step = step
    this.#started = started
    this.#worth?.restore(gain ?? null)
    return { kind: 'resumed' }
  }

  get #vectors() {
    const { encoder, control } = this.#parts
    const correction = control?.correction ?? null
    return { base: this.#base, replica: this.replica, residual: encoder.residual, correction }
  }

  #restore(job: Extract<Job, { kind: 'restore' }>): Result {
    const { decoder, control } = this.#parts
    restoreTo(this.#vectors, decoder, job)
    // What the others' deltas have taught about their gradients was about another replica.
    control?.correction.fill(0)
    return { kind: 'restored' }
  }

  #apply(delta: Application): void {
    const coded = this.#add(delta.payload, -1)
    if (delta.recalled) this.#forget(coded)
    // What comes before the first steps is the past: it was not forgotten in between, as it should be.
    if (this.#started) this.#parts.control?.add(coded, delta, this.#options.rateAt(this.#step))
  }

  /**
   * What the residual was when this was sent is not known any more, nor what has been learned since. What
   * is left of these values is the least of it.
   */
  #forget({ count, indices }: ReturnType<DeltaDecoder['decode']>): void {
    const { residual } = this.#parts.encoder
    for (let j = 0; j < count; j++) residual[indices[j]!] = 0
  }

  /** Integers only: the order in which deltas come makes no difference. */
  #add(payload: Bytes, sign: 1 | -1): ReturnType<DeltaDecoder['decode']> {
    const coded = this.#parts.decoder.decode(payload)
    addDelta(this.#base, coded, sign)
    const base = this.#base
    const { replica } = this
    const { count, indices } = coded
    for (let j = 0; j < count; j++) replica[indices[j]!] = base[indices[j]!]! * UNIT
    return coded
  }
}
