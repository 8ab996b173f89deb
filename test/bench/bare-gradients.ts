import type { Table } from '../../src/data/dataset.ts'
import type { Random } from '../../src/random.ts'
import { drawBatch, emptyBatch } from '../../src/training/batch.ts'
import type { Model } from '../../src/training/model.ts'
import { lossAndGradient } from '../../src/training/tensors/gradient.ts'
import { type Vector, zeros } from '../../src/vector/vector.ts'
import type { Stopwatches } from './stopwatches.ts'

/** The gradients of a swarm's batches and nothing else; drawing the batches is not timed. */
export class BareGradients {
  readonly #model: Model
  readonly #tables: readonly Table[]
  readonly #draws: readonly Random[]
  readonly #batch: ReturnType<typeof emptyBatch>
  readonly #gradient: Vector

  /** `draws`: for each peer a stream of its own that gives the same batches as its trainer's. */
  constructor(model: Model, tables: readonly Table[], draws: readonly Random[], batch: number) {
    this.#model = model
    this.#tables = tables
    this.#draws = draws
    this.#batch = emptyBatch(batch, model.features)
    this.#gradient = zeros(model.layout.length)
  }

  /** The peer's next `steps` batches, all at one replica. */
  compute(peer: number, replica: Vector, steps: number, watches: Stopwatches): void {
    const { x, labels } = this.#batch
    for (let i = 0; i < steps; i++) {
      drawBatch(this.#batch, this.#tables[peer]!, this.#draws[peer]!)
      watches.time('gradients', () =>
        lossAndGradient(this.#model, replica, x, labels, this.#gradient)
      )
    }
  }
}
