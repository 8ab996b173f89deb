/**
 * What a coordinator holds: the global model x, behind it SCAFFOLD's control variate c where there is one,
 * the moments of the server's optimiser, and what the round has gathered so far.
 */
import type { Compressor } from '../../compression/compressor.ts'
import { none } from '../../compression/none.ts'
import { type Bytes, type Vector, zeros } from '../../vector/vector.ts'
import type { ServerOptimizerConfig } from '../parameter-server/options.ts'
import {
  createServerOptimizer,
  type ServerOptimizer
} from '../parameter-server/server-optimizer.ts'

export interface GlobalModelOptions {
  /** Of all that peers are given: x, and c behind it. */
  readonly length: number
  /** Of x. */
  readonly parameters: number
  readonly compressor: Compressor
  readonly optimizer: ServerOptimizerConfig
  /** That the swarm is planned for: SCAFFOLD's N. */
  readonly clients: number
}

export class GlobalModel {
  /** // [length] */
  readonly state: Vector
  /** Steps that the optimiser has made. */
  steps = 0
  readonly #options: GlobalModelOptions
  readonly #optimizer: ServerOptimizer
  /** Sum of weight times update; behind it the sum of what clients' control variates went down by. */
  readonly #gathered: Vector
  readonly #scratch: Vector

  constructor(options: GlobalModelOptions) {
    const { length, optimizer } = options
    this.#options = options
    this.state = zeros(length)
    // As long as all the rest, so that all pieces of a copy are; what is behind x stays 0.
    this.#optimizer = createServerOptimizer(optimizer, length)
    this.#gathered = zeros(length)
    this.#scratch = zeros(length)
  }

  /** All vectors, in the order in which they travel. */
  get all(): readonly Vector[] {
    return [this.state, ...this.#optimizer.moments, this.#gathered]
  }

  gather(bytes: Bytes, weight: number): void {
    const update = this.#scratch
    update.fill(0)
    this.#options.compressor.addDecoded(bytes, update)
    const sum = this.#gathered
    const { parameters } = this.#options
    for (let i = 0; i < parameters; i++) sum[i] = sum[i]! + weight * update[i]!
    for (let i = parameters; i < sum.length; i++) sum[i] = sum[i]! + update[i]!
  }

  /** Ends a round: x by the mean of the updates, c by 1 / N of the sum of its (Alg. 1, lines 16 and 17). */
  close(total: number): void {
    const { parameters, clients } = this.#options
    const sum = this.#gathered
    if (total > 0) {
      const mean = sum.subarray(0, parameters)
      for (let i = 0; i < parameters; i++) mean[i] = mean[i]! / total
      this.#optimizer.step(this.state.subarray(0, parameters), mean, ++this.steps)
      for (let i = parameters; i < sum.length; i++) {
        this.state[i] = this.state[i]! - sum[i]! / clients
      }
    }
    sum.fill(0)
  }

  /** Begins here; the optimiser keeps its moments, what was gathered is gone. */
  begin(state: Vector): void {
    this.state.fill(0)
    this.state.set(state)
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
}
