/** What one replica of a shard holds: parameters, the optimiser's moments, and what has been gathered. */
import type { Compressor } from '../../compression/compressor.ts'
import { none } from '../../compression/none.ts'
import { addScaled, type Bytes, scale, type Vector, zeros } from '../../vector/vector.ts'
import type { ServerOptimizerConfig } from './options.ts'
import { createServerOptimizer, type ServerOptimizer } from './server-optimizer.ts'

export class ShardVectors {
  readonly params: Vector
  /** Steps that the optimiser has made. */
  steps = 0
  readonly #compressor: Compressor
  readonly #optimizer: ServerOptimizer
  /** Sum of weight times update, of the round under way. */
  readonly #gathered: Vector
  readonly #scratch: Vector

  /** Takes `params` over. // [shard] */
  constructor(params: Vector, compressor: Compressor, optimizer: ServerOptimizerConfig) {
    this.params = params
    this.#compressor = compressor
    this.#optimizer = createServerOptimizer(optimizer, params.length)
    this.#gathered = zeros(params.length)
    this.#scratch = zeros(params.length)
  }

  /** All of them, in the order in which they travel. */
  get all(): readonly Vector[] {
    return [this.params, ...this.#optimizer.moments, this.#gathered]
  }

  gather(bytes: Bytes, weight: number): void {
    addScaled(weight, this.#decoded(bytes), this.#gathered)
  }

  /** Applies the mean of what was gathered, and gathers anew. */
  close(total: number): void {
    const mean = this.#gathered
    if (total > 0) {
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! / total
      this.#optimizer.step(this.params, mean, ++this.steps)
    }
    mean.fill(0)
  }

  /** Applies one update. */
  step(bytes: Bytes, factor: number): void {
    const update = this.#decoded(bytes)
    if (factor !== 1) scale(factor, update)
    this.#optimizer.step(this.params, update, ++this.steps)
  }

  /** Takes parameters from elsewhere; the optimiser keeps its moments, what was gathered is gone. */
  takeParams(params: Vector): void {
    this.params.set(params)
    this.#gathered.fill(0)
  }

  /** Copies. */
  read(): readonly Bytes[] {
    return this.all.map((vector) => none.encode(vector))
  }

  restore(steps: number, vectors: readonly Bytes[]): void {
    this.steps = steps
    this.all.forEach((vector, i) => {
      vector.fill(0)
      none.addDecoded(vectors[i]!, vector)
    })
  }

  #decoded(bytes: Bytes): Vector {
    this.#scratch.fill(0)
    this.#compressor.addDecoded(bytes, this.#scratch)
    return this.#scratch
  }
}
