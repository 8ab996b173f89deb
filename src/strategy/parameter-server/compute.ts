/**
 * The vectors of a parameter server at one peer: its replica, the parameters that the round began with,
 * and, for each shard that it serves, a replica of the shard. Compressed updates have error feedback
 * (Karimireddy et al. 2019): what a code loses goes into the next update.
 */
import type { Compressor } from '../../compression/compressor.ts'
import { none } from '../../compression/none.ts'
import type { Saved } from '../../vector/saved.ts'
import { type Bytes, norm, type Vector, zeros } from '../../vector/vector.ts'
import type { Compute, Trainer } from '../strategy.ts'
import type { Job, Result, ServerKinds } from './kinds.ts'
import type { ServerOptimizerConfig } from './options.ts'
import { lengthOf, type Range, rangesOf } from './ranges.ts'
import { packState, unpackState } from './saved-state.ts'
import { ShardVectors } from './shard-vectors.ts'

export interface ServerComputeOptions {
  readonly shards: number
  readonly compressor: Compressor
  readonly optimizer: ServerOptimizerConfig
}

const DONE = { kind: 'done' } as const

export class ServerCompute implements Compute<ServerKinds> {
  readonly replica: Vector
  readonly mixed = null
  readonly #options: ServerComputeOptions
  readonly #trainer: Trainer
  readonly #ranges: readonly Range[]
  /** The shards' parameters as they came last. */
  readonly #base: Vector
  /** What codes have lost; null where they lose nothing. */
  readonly #residual: Vector | null
  readonly #shards = new Map<number, ShardVectors>()

  constructor(options: ServerComputeOptions, trainer: Trainer, kept: Vector | null = null) {
    const { length } = trainer.layout
    this.#options = options
    this.#trainer = trainer
    this.#ranges = rangesOf(length, options.shards)
    this.replica = kept?.slice() ?? trainer.initial()
    this.#base = this.replica.slice()
    this.#residual = options.compressor.name === none.name ? null : zeros(length)
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'local-steps':
        return { kind: 'trained', ...this.#trainer.train(this.replica, job.steps, job.from) }
      case 'encode':
        return { kind: 'encoded', updates: this.#ranges.map((range) => this.#encode(range)) }
      case 'adopt':
        this.#adopt(this.#ranges[job.shard]!, job.bytes)
        return DONE
      case 'found':
        this.#found(job.shard, job.anew)
        return DONE
      case 'gather':
        this.#shard(job.shard).gather(job.bytes, job.weight)
        return DONE
      case 'close':
        this.#shard(job.shard).close(job.total)
        return DONE
      case 'step':
        this.#shard(job.shard).step(job.bytes, job.scale)
        return DONE
      case 'read': {
        const { shard } = job
        return { kind: 'read', shard, bytes: none.encode(this.#shard(shard).params) }
      }
      case 'snapshot': {
        const { shard } = job
        const { steps } = this.#shard(shard)
        return { kind: 'snapshot', shard, steps, vectors: this.#shard(shard).read() }
      }
      case 'restore':
        this.#fresh(job.shard).restore(job.steps, job.vectors)
        return DONE
      case 'forget':
        this.#shards.delete(job.shard)
        return DONE
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        this.#resume(job.compute)
        return DONE
    }
  }

  #shard(shard: number): ShardVectors {
    return this.#shards.get(shard) ?? this.#fresh(shard)
  }

  #fresh(shard: number): ShardVectors {
    const { compressor, optimizer } = this.#options
    const params = zeros(lengthOf(this.#ranges[shard]!))
    const vectors = new ShardVectors(params, compressor, optimizer)
    this.#shards.set(shard, vectors)
    return vectors
  }

  #found(shard: number, anew: boolean): void {
    const { from, to } = this.#ranges[shard]!
    // A checkpoint may have left the optimiser's moments.
    const vectors = anew ? this.#shard(shard) : this.#fresh(shard)
    vectors.takeParams((anew ? this.#base : this.#trainer.initial()).slice(from, to))
  }

  /** What the local steps have taken off the parameters, coded; null: it is not finite. */
  #encode({ from, to }: Range): Bytes | null {
    const update = this.#base.slice(from, to)
    const residual = this.#residual?.subarray(from, to) ?? null
    for (let i = 0; i < update.length; i++) {
      update[i] = update[i]! - this.replica[from + i]! + (residual?.[i] ?? 0)
    }
    if (!Number.isFinite(norm(update))) {
      residual?.fill(0)
      return null
    }
    const bytes = this.#options.compressor.encode(update)
    if (residual !== null) {
      const sent = zeros(update.length)
      this.#options.compressor.addDecoded(bytes, sent)
      for (let i = 0; i < sent.length; i++) residual[i] = update[i]! - sent[i]!
    }
    return bytes
  }

  #adopt({ from, to }: Range, bytes: Bytes): void {
    const range = this.#base.subarray(from, to)
    range.fill(0)
    none.addDecoded(bytes, range)
    this.replica.set(range, from)
  }

  #save(): Saved {
    return packState({
      replica: this.replica.slice(),
      base: this.#base.slice(),
      residual: this.#residual?.slice() ?? null,
      shards: new Map(
        [...this.#shards].map(([shard, { steps, all }]) => [
          shard,
          { steps, vectors: all.map((vector) => vector.slice()) }
        ])
      ),
      trainer: this.#trainer.save()
    })
  }

  #resume(saved: Saved): void {
    const lengths = this.#ranges.map(lengthOf)
    const state = unpackState(saved, this.replica.length, lengths, this.#fresh(0).all.length)
    this.#shards.clear()
    if ((state.residual === null) !== (this.#residual === null)) {
      throw new RangeError('what was saved has another compression')
    }
    this.#trainer.restore(state.trainer)
    this.replica.set(state.replica)
    this.#base.set(state.base)
    if (state.residual !== null) this.#residual?.set(state.residual)
    for (const [shard, { steps, vectors }] of state.shards) {
      const fresh = this.#fresh(shard)
      fresh.steps = steps
      fresh.all.forEach((vector, i) => {
        vector.set(vectors[i]!)
      })
    }
  }
}
