import type { Random } from '../../src/random.ts'
import type { Batch } from '../../src/training/batch.ts'
import type { Engine } from '../../src/training/engine.ts'
import type { Examples } from '../../src/training/examples.ts'
import { type Vector, zeros } from '../../src/vector/vector.ts'
import type { Stopwatches } from './stopwatches.ts'

/** The gradients of a swarm's batches and nothing else; drawing the batches is not timed. */
export class BareGradients {
  readonly #engine: Engine
  readonly #draws: ReadonlyArray<() => Batch>
  readonly #gradient: Vector

  /** `streams`: for each peer one of its own that gives the same batches as its trainer's. */
  constructor(engine: Engine, examples: readonly Examples[], streams: readonly Random[]) {
    this.#engine = engine
    this.#draws = examples.map((one, peer) => one.draws(engine.capacity, streams[peer]!))
    this.#gradient = zeros(engine.layout.length)
  }

  /** The peer's next `steps` batches, all at one replica. */
  compute(peer: number, replica: Vector, steps: number, watches: Stopwatches): void {
    for (let i = 0; i < steps; i++) {
      const batch = this.#draws[peer]!()
      watches.time('gradients', () => this.#engine.gradient(replica, batch, this.#gradient))
    }
  }
}
