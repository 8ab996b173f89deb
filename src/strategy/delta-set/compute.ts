/** The vectors of delta-set: the replica, and in the encoder the residual. */
import { addDelta, type DeltaDecoder, type DeltaEncoder } from '../../compression/delta/index.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Bytes, Vector } from '../../vector/vector.ts'
import type { Sha256 } from '../context.ts'
import type { Compute, Trainer } from '../strategy.ts'
import { type Weighting, Worth } from '../weighting.ts'
import { type Agreed, blank, initially } from './agreed.ts'
import type { ControlVariate } from './control-variate.ts'
import { foldProgress, UNIT } from './fixed-point.ts'
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
  readonly mixed = null
  /**
   * Null until it is looked at: drawing ten million parameters takes a second, and whoever begins with a
   * checkpoint or a snapshot never needs them.
   */
  #agreed: Agreed | null = null
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
  }

  get replica(): Vector {
    return this.#held.replica
  }

  get #held(): Agreed {
    this.#agreed ??= initially(this.#trainer)
    return this.#agreed
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
        return snapshotOf(this.#held.base, this.#parts.decoder, job, this.#options.sha256)
      case 'restore':
        return this.#restore(job)
    }
  }

  fingerprint(): string {
    return replicaHash(this.#held.base, this.#options.sha256)
  }

  #train(steps: number, from: number): Result {
    const { encoder, control } = this.#parts
    this.#step = from
    this.#started = true
    const { base, replica } = this.#held
    this.#worth?.begin(replica)
    const report = this.#trainer.train(replica, steps, from, control?.correction ?? null)
    this.#worth?.end(replica)
    const largest = foldProgress(base, replica, encoder.residual, this.#options.decay)
    control?.forget()
    // How late they are is not known here.
    const worth = this.#worth === null ? {} : { worth: this.#worth.now(0) }
    return { kind: 'trained', largest, ...worth, ...report }
  }

  #save(): Saved {
    const progress = { step: this.#step, started: this.#started }
    const gain = this.#options.weighting === 'gain' ? { gain: this.#worth!.gain } : {}
    return saveAll(this.#with(this.#held), this.#trainer, { ...progress, ...gain })
  }

  #resume(compute: Saved): Result {
    const agreed = this.#agreed ?? blank(this.#trainer.layout.length)
    const { step, started, gain } = resumeFrom(compute, this.#with(agreed), this.#trainer)
    this.#agreed = agreed
    this.#step = step
    this.#started = started
    this.#worth?.restore(gain ?? null)
    return { kind: 'resumed' }
  }

  #with(agreed: Agreed) {
    const { encoder, control } = this.#parts
    return { ...agreed, residual: encoder.residual, correction: control?.correction ?? null }
  }

  #restore(job: Extract<Job, { kind: 'restore' }>): Result {
    const { decoder, control } = this.#parts
    // Where nothing of the old replica is sent again, what it was does not matter.
    const old = job.share === 0 ? this.#agreed : this.#held
    const agreed = old ?? blank(this.#trainer.layout.length)
    restoreTo(this.#with(agreed), decoder, job)
    this.#agreed = agreed
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
    const { base, replica } = this.#held
    addDelta(base, coded, sign)
    const { count, indices } = coded
    for (let j = 0; j < count; j++) replica[indices[j]!] = base[indices[j]!]! * UNIT
    return coded
  }
}
