/**
 * The vectors of gossip averaging. For every edge both ends hold the same two copies: `own`, what the
 * neighbour knows of this replica, and `theirs`, what this peer knows of the neighbour's. `mix` reads
 * and writes the copies only, so local steps may have moved the replica since it was encoded.
 */
import type { Compressor } from '../../compression/compressor.ts'
import { meanVector } from '../../consensus/consensus-distance.ts'
import type { Saved } from '../../vector/saved.ts'
import { axpyDifference, difference, type Vector, zeros } from '../../vector/vector.ts'
import type { Compute, Trainer, TrainingReport } from '../strategy.ts'
import { Worth } from '../weighting.ts'
import { GammaGuard } from './gamma-guard.ts'
import { type GossipKinds, type Job, type Payload, type Result, SHOW_ONLY_SHIFT } from './kinds.ts'
import { packState, unpackState } from './saved-state.ts'
import { SlowMomentum } from './slow-momentum.ts'

export interface GossipComputeOptions {
  readonly gamma: number
  /** SlowMo's beta; 0: off. */
  readonly slowMomentum: number
  /** Code of every exchange but the first. */
  readonly compressor: Compressor
  /** Code of the first exchange of an edge, whose copies start at zero. */
  readonly snapshot: Compressor
  /** Exchanges tell how many rows this peer trains on. @default false */
  readonly tellsWorth?: boolean
  /** Keep the float64 sum of all mixing, from which mean drift is measured. */
  readonly diagnostics: boolean
}

interface Copies {
  readonly own: Vector
  readonly theirs: Vector
  readonly guard: GammaGuard
}

export class GossipCompute implements Compute<GossipKinds> {
  readonly replica: Vector
  readonly mixed: Float64Array<ArrayBuffer> | null
  readonly #options: GossipComputeOptions
  readonly #trainer: Trainer
  readonly #slow: SlowMomentum | null
  readonly #copies = new Map<string, Copies>()
  readonly #scratch: Vector
  /** Where new edges begin: what made one edge diverge is the graph's doing. */
  #shift = 0

  /** `kept`: the replica to go on with; null: begin with the swarm's first. */
  constructor(options: GossipComputeOptions, trainer: Trainer, kept: Vector | null = null) {
    const { length } = trainer.layout
    this.#options = options
    this.#trainer = trainer
    this.replica = kept?.slice() ?? trainer.initial()
    this.mixed = options.diagnostics ? new Float64Array(length) : null
    this.#slow = options.slowMomentum > 0 ? new SlowMomentum(options.slowMomentum, length) : null
    this.#scratch = zeros(length)
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'local-steps':
        this.#slow?.apply(this.replica)
        return { kind: 'trained', ...this.#train(job) }
      case 'encode':
        return {
          kind: 'encoded',
          edges: job.edges.flatMap(({ id, k }) => {
            const payload = this.#encode(id, k, job.joining)
            return payload === null ? [] : [{ id, k, ...payload, ...this.#worth() }]
          })
        }
      case 'mix':
        this.#mix(job)
        return { kind: 'mixed' }
      case 'adopt':
        this.#adopt(job.ids)
        return { kind: 'adopted' }
      case 'forget':
        this.#copies.delete(job.id)
        return { kind: 'forgotten' }
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        this.#resume(job.compute)
        return { kind: 'resumed' }
    }
  }

  #train({ steps, from, share }: Extract<Job, { kind: 'local-steps' }>): TrainingReport {
    return this.#trainer.train(this.replica, steps, from, null, share)
  }

  #save(): Saved {
    return packState({
      replica: this.replica.slice(),
      mixed: this.mixed?.slice() ?? null,
      shift: this.#shift,
      slow: this.#slow?.save() ?? null,
      trainer: this.#trainer.save()
    })
  }

  #resume(saved: Saved): void {
    const { replica, mixed, shift, slow, trainer } = unpackState(saved, this.replica.length)
    if ((slow === null) !== (this.#slow === null)) {
      throw new RangeError('what was saved has another slow momentum')
    }
    this.#trainer.restore(trainer)
    if (slow !== null) this.#slow?.restore(slow)
    this.replica.set(replica)
    // Diagnostics are this peer's own choice, and may be another in each of its lives.
    if (mixed !== null) this.mixed?.set(mixed)
    this.#shift = shift
    this.#copies.clear()
  }

  #copiesOf(id: string): Copies {
    const known = this.#copies.get(id)
    if (known !== undefined) return known
    const { length } = this.replica
    const fresh = { own: zeros(length), theirs: zeros(length), guard: new GammaGuard(this.#shift) }
    this.#copies.set(id, fresh)
    return fresh
  }

  #worth(): Pick<Payload, 'worth'> {
    if (this.#options.tellsWorth !== true) return {}
    return { worth: new Worth('samples', this.#trainer).now(0) }
  }

  /**
   * Changes no copy: the result may be thrown away. Null: the replica has diverged beyond float32, and
   * is nothing that a neighbour should hear of.
   */
  #encode(id: string, k: number, joining: boolean): Payload | null {
    const { own, guard } = this.#copiesOf(id)
    const residual = difference(this.replica, own, this.#scratch)
    if (!Number.isFinite(residual)) return null
    if (k === 1) {
      const shift = joining ? SHOW_ONLY_SHIFT : guard.shift
      return { shift, bytes: this.#options.snapshot.encode(this.#scratch) }
    }
    guard.observe(residual)
    this.#shift = Math.max(this.#shift, guard.shift)
    return { shift: guard.shift, bytes: this.#options.compressor.encode(this.#scratch) }
  }

  #adopt(ids: readonly string[]): void {
    const theirs = ids.flatMap((id) => this.#copies.get(id)?.theirs ?? [])
    if (theirs.length === 0) return
    this.replica.set(meanVector(theirs))
    // The leap is nobody's momentum.
    this.#slow?.forget()
  }

  /** x_i += gamma w_ij (xhat_ji - xhat_ij) (Koloskova et al. 2019, Alg. 2, per edge). */
  #mix(job: Extract<Job, { kind: 'mix' }>): void {
    const { own, theirs } = this.#copiesOf(job.id)
    const code = job.k === 1 ? this.#options.snapshot : this.#options.compressor
    code.addDecoded(job.own, own)
    code.addDecoded(job.theirs, theirs)
    const step = (this.#options.gamma * job.weight) / 2 ** job.shift
    axpyDifference(step, theirs, own, this.replica, this.mixed)
  }
}
