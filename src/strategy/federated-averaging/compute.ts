/**
 * The vectors of federated averaging at one peer: as a client its replica and the global model that the
 * round began with, as a coordinator or standby the GlobalModel. Where the algorithm has control variates,
 * what peers are given is twice as long: the model, and c behind it. What codes lose of an update goes into
 * the next one (Karimireddy et al. 2019).
 */
import type { Compressor } from '../../compression/compressor.ts'
import { none } from '../../compression/none.ts'
import type { Saved } from '../../vector/saved.ts'
import { type Bytes, norm, type Vector, zeros } from '../../vector/vector.ts'
import type { Job, Result, ServerKinds } from '../parameter-server/kinds.ts'
import type { ServerOptimizerConfig } from '../parameter-server/options.ts'
import type { Compute, Trainer, TrainingReport } from '../strategy.ts'
import { type Weighting, Worth } from '../weighting.ts'
import { ControlVariate } from './control-variate.ts'
import { GlobalModel } from './global-model.ts'
import { type LocalSteps, localStepsOf } from './local-objective.ts'
import type { AlgorithmConfig } from './options.ts'
import { packState, unpackState } from './saved-state.ts'

export interface FederatedComputeOptions {
  readonly algorithm: AlgorithmConfig
  readonly weighting: Weighting
  /** Of all that is sent: inHalves for scaffold. */
  readonly compressor: Compressor
  readonly optimizer: ServerOptimizerConfig
  /** Peers that the swarm is planned for. */
  readonly clients: number
  /** The learning rate of a local step, counted from 0. */
  readonly rateAt: (step: number) => number
}

const DONE = { kind: 'done' } as const
/** A gain of 1 in whole numbers, which travel. */
const GAIN_UNIT = 2 ** 20

export class FederatedCompute implements Compute<ServerKinds> {
  readonly replica: Vector
  readonly mixed = null
  readonly #options: FederatedComputeOptions
  readonly #trainer: Trainer
  /** What peers were given last: the model, and c behind it. */
  readonly #base: Vector
  /** The model in it. */
  readonly #model: Vector
  /** c in it; empty without control variates. */
  readonly #common: Vector
  readonly #control: ControlVariate | null
  readonly #steps: LocalSteps
  readonly #worth: Worth
  /** What codes have lost of updates; null where they lose nothing. */
  readonly #residual: Vector | null
  /** Sum of the learning rates of this round's local steps. */
  #rates = 0
  /** Examples of this round's local steps. */
  #samples = 0
  #global: GlobalModel | null = null

  constructor(options: FederatedComputeOptions, trainer: Trainer, kept: Vector | null = null) {
    const { length } = trainer.layout
    const { algorithm, weighting, compressor } = options
    this.#options = options
    this.#trainer = trainer
    this.replica = kept?.slice() ?? trainer.initial()
    this.#control = algorithm.name === 'scaffold' ? new ControlVariate(length) : null
    this.#base = zeros(this.#control === null ? length : 2 * length)
    this.#base.set(this.replica)
    this.#model = this.#base.subarray(0, length)
    this.#common = this.#base.subarray(length)
    this.#steps = localStepsOf(trainer, algorithm, this.#control?.correction ?? null)
    this.#worth = new Worth(weighting, trainer)
    this.#residual = compressor.name === none.name ? null : zeros(length)
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'local-steps':
        return { kind: 'trained', ...this.#train(job.steps, job.from) }
      case 'encode':
        return this.#encode()
      case 'adopt':
        this.#adopt(job.bytes, job.counted)
        return DONE
      case 'found':
        this.#found(job.anew)
        return DONE
      case 'gather':
        this.#coordinator.gather(job.bytes, job.weight)
        return DONE
      case 'close':
        this.#coordinator.close(job.total)
        return DONE
      case 'step':
        throw new RangeError('rounds of federated averaging are synchronous')
      case 'read':
        return { kind: 'read', shard: job.shard, bytes: none.encode(this.#coordinator.state) }
      case 'snapshot': {
        const { steps } = this.#coordinator
        return { kind: 'snapshot', shard: job.shard, steps, vectors: this.#coordinator.read() }
      }
      case 'restore':
        this.#fresh().restore(job.steps, job.vectors)
        return DONE
      case 'forget':
        this.#global = null
        return DONE
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        this.#resume(job.compute)
        return DONE
    }
  }

  get #coordinator(): GlobalModel {
    return this.#global ?? this.#fresh()
  }

  #fresh(): GlobalModel {
    this.#global = this.#blank()
    return this.#global
  }

  #blank(): GlobalModel {
    const { compressor, optimizer, clients } = this.#options
    const { length } = this.#base
    const parameters = this.#model.length
    return new GlobalModel({ length, parameters, compressor, optimizer, clients })
  }

  #found(anew: boolean): void {
    // A checkpoint may have left the optimiser's moments.
    if (anew) this.#coordinator.begin(this.#base)
    else this.#fresh().begin(this.#trainer.initial())
  }

  #train(steps: number, from: number): TrainingReport {
    if (this.#samples === 0) this.#worth.begin(this.replica)
    const report = this.#steps(this.replica, this.#model, steps, from)
    this.#samples += report.samples
    for (let step = 0; step < steps; step++) this.#rates += this.#options.rateAt(from + step)
    return report
  }

  /** What the local steps have taken off the model, coded; the replica is the model again. */
  #encode(): Result {
    const { length } = this.#model
    const trained = this.#samples > 0
    if (trained) this.#worth.end(this.replica)
    const update = zeros(this.#base.length)
    const moved = update.subarray(0, length)
    for (let i = 0; i < length; i++) moved[i] = this.#model[i]! - this.replica[i]!
    const fall = update.subarray(length)
    this.#control?.fall(moved, this.#common, this.#rates, fall)
    const residual = this.#residual
    if (residual !== null) for (let i = 0; i < length; i++) moved[i] = moved[i]! + residual[i]!
    this.replica.set(this.#model)
    this.#rates = 0
    this.#samples = 0
    if (!trained) return { kind: 'encoded', updates: [null] }
    if (!Number.isFinite(norm(update))) {
      residual?.fill(0)
      return { kind: 'encoded', updates: [null] }
    }
    const bytes = this.#code(update)
    return { kind: 'encoded', updates: [bytes], weight: this.#weight }
  }

  #code(update: Vector): Bytes {
    const { length } = this.#model
    const bytes = this.#options.compressor.encode(update)
    const residual = this.#residual
    if (residual === null) {
      this.#control?.sent(update.subarray(length))
      return bytes
    }
    const sent = zeros(update.length)
    this.#options.compressor.addDecoded(bytes, sent)
    for (let i = 0; i < length; i++) residual[i] = update[i]! - sent[i]!
    this.#control?.sent(sent.subarray(length))
    return bytes
  }

  get #weight(): number {
    const worth = this.#worth.now(0)
    const unit = this.#options.weighting === 'gain' ? GAIN_UNIT : 1
    return Math.max(1, Math.round(unit * worth))
  }

  #adopt(bytes: Bytes, counted: boolean): void {
    this.#base.fill(0)
    none.addDecoded(bytes, this.#base)
    this.replica.set(this.#model)
    this.#control?.decide(counted)
    this.#control?.follow(this.#common)
  }

  #save(): Saved {
    const control = this.#control
    return packState({
      replica: this.replica.slice(),
      base: this.#base.slice(),
      residual: this.#residual?.slice() ?? null,
      own: control?.own.slice() ?? null,
      next: control?.next?.slice() ?? null,
      global: this.#global?.all.map((vector) => vector.slice()) ?? null,
      steps: this.#global?.steps ?? 0,
      rates: this.#rates,
      samples: this.#samples,
      worth: this.#worth.gain,
      trainer: this.#trainer.save()
    })
  }

  #resume(saved: Saved): void {
    const { length } = this.#model
    const pieces = this.#blank().all.length
    const state = unpackState(saved, length, this.#base.length, pieces)
    if ((state.residual === null) !== (this.#residual === null)) {
      throw new RangeError('what was saved has another compression')
    }
    if ((state.own === null) !== (this.#control === null)) {
      throw new RangeError('what was saved has another algorithm')
    }
    this.#trainer.restore(state.trainer)
    this.replica.set(state.replica)
    this.#base.set(state.base)
    if (state.residual !== null) this.#residual?.set(state.residual)
    if (state.own !== null) this.#control?.restore(state.own, state.next, this.#common)
    this.#rates = state.rates
    this.#samples = state.samples
    this.#worth.restore(state.worth)
    this.#global = null
    if (state.global === null) return
    const global = this.#fresh()
    global.steps = state.steps
    global.all.forEach((vector, i) => {
      vector.set(state.global![i]!)
    })
  }
}
