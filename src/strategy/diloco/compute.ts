/**
 * The vectors of DiLoCo (Douillard et al. 2023, Alg. 1): theta and the outer momentum, which are the same
 * bits at all peers, and the replica, which local steps move away from theta until the next outer step.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import type { Compressor } from '../../compression/compressor.ts'
import type { Saved } from '../../vector/saved.ts'
import { type Bytes, norm, type Vector, zeros } from '../../vector/vector.ts'
import type { Sha256 } from '../context.ts'
import type { Compute, Trainer } from '../strategy.ts'
import { type Weighting, Worth } from '../weighting.ts'
import type { Account, DilocoKinds, Job, Part, Result, State } from './kinds.ts'
import { MAX_WEIGHT } from './limits.ts'
import { Outer } from './outer.ts'
import { packState, unpackState } from './saved-state.ts'

export interface DilocoComputeOptions {
  readonly outerRate: number
  readonly outerMomentum: number
  readonly weighting: Weighting
  /** Code of the parts; what it leaves out goes into the next one. */
  readonly compressor: Compressor
  /** Of whole replicas. */
  readonly sha256: Sha256
}

export const hashOf: Sha256 = (bytes) => sha256(bytes) as Bytes

const ID_BYTES = 8

const viewOf = ({ buffer, byteOffset, byteLength }: Vector): Bytes =>
  new Uint8Array(buffer, byteOffset, byteLength)

export class DilocoCompute implements Compute<DilocoKinds> {
  readonly replica: Vector
  /** Nothing is mixed: replicas are equal. */
  readonly mixed = null
  readonly #options: DilocoComputeOptions
  readonly #trainer: Trainer
  readonly #outer: Outer
  readonly #residual: Vector
  readonly #scratch: Vector
  readonly #worth: Worth
  #account: Account = { merit: 0, samples: 0 }

  /** `kept`: the replica to go on with; null: begin with the swarm's first. */
  constructor(options: DilocoComputeOptions, trainer: Trainer, kept: Vector | null = null) {
    this.#options = options
    this.#trainer = trainer
    this.replica = kept?.slice() ?? trainer.initial()
    this.#outer = new Outer(this.replica, options.outerRate, options.outerMomentum)
    this.#residual = zeros(this.replica.length)
    this.#scratch = zeros(this.replica.length)
    this.#worth = new Worth(options.weighting, trainer)
  }

  fingerprint(): string {
    return bytesToHex(this.#options.sha256(viewOf(this.replica)))
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'identify':
        return this.#stands()
      case 'local-steps':
        return this.#train(job)
      case 'step':
        this.#step(job.parts)
        return this.#stands()
      case 'state':
        return { ...this.#stands(), ...this.#state(), kind: 'state' }
      case 'adopt':
        this.#adopt(job)
        return this.#stands()
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        this.#resume(job.compute)
        return this.#stands()
    }
  }

  #stands(): Extract<Result, { kind: 'stands' }> {
    const { theta, momentum } = this.#outer
    const { sha256: hash } = this.#options
    const whole = hash(concatBytes(hash(viewOf(theta)), hash(viewOf(momentum))))
    return { kind: 'stands', id: bytesToHex(whole.subarray(0, ID_BYTES)), ...this.#account }
  }

  #train({ steps, from, round, base }: Extract<Job, { kind: 'local-steps' }>): Result {
    this.#worth.begin(this.replica)
    const report = this.#trainer.train(this.replica, steps, from)
    this.#worth.end(this.replica)
    const part = { round, base, samples: report.samples, ...this.#part() }
    return { kind: 'trained', part, ...report }
  }

  /** D = theta - x, and what earlier codes have left out. What is not finite teaches nobody anything. */
  #part(): Pick<Part, 'weight' | 'bytes'> {
    const { theta } = this.#outer
    const left = this.#residual
    const gradient = this.#scratch
    for (let i = 0; i < theta.length; i++) gradient[i] = theta[i]! - this.replica[i]! + left[i]!
    if (!Number.isFinite(norm(gradient))) {
      this.replica.set(theta)
      gradient.fill(0)
    }
    const bytes = this.#options.compressor.encode(gradient)
    left.fill(0)
    this.#options.compressor.addDecoded(bytes, left)
    for (let i = 0; i < left.length; i++) left[i] = gradient[i]! - left[i]!
    const weight = Math.fround(Math.min(MAX_WEIGHT, this.#worth.now(0)))
    return { weight, bytes }
  }

  #step(parts: Extract<Job, { kind: 'step' }>['parts']): void {
    this.#outer.step(parts, this.#options.compressor)
    this.replica.set(this.#outer.theta)
    const { merit, samples } = this.#account
    this.#account = {
      merit: merit + parts.length,
      samples: parts.reduce((sum, part) => sum + part.samples, samples)
    }
  }

  #state(): State {
    const { theta, momentum } = this.#outer
    return { parameters: viewOf(theta).slice(), momentum: viewOf(momentum).slice() }
  }

  #adopt({ parameters, momentum, merit, samples }: Extract<Job, { kind: 'adopt' }>): void {
    const { theta, momentum: velocity } = this.#outer
    viewOf(theta).set(parameters)
    viewOf(velocity).set(momentum)
    this.replica.set(theta)
    this.#residual.fill(0)
    this.#account = { merit, samples }
  }

  #save(): Saved {
    const { theta, momentum } = this.#outer
    return packState({
      ...this.#account,
      replica: this.replica.slice(),
      theta: theta.slice(),
      momentum: momentum.slice(),
      residual: this.#residual.slice(),
      gain: this.#worth.gain,
      trainer: this.#trainer.save()
    })
  }

  #resume(saved: Saved): void {
    const { replica, theta, momentum, residual, gain, merit, samples, trainer } = unpackState(
      saved,
      this.replica.length
    )
    this.#trainer.restore(trainer)
    this.replica.set(replica)
    this.#outer.theta.set(theta)
    this.#outer.momentum.set(momentum)
    this.#residual.set(residual)
    this.#worth.restore(gain)
    this.#account = { merit, samples }
  }
}
