import type { ClipConfig, OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import { clipGradient } from '../clip.ts'
import type { Resumable } from '../resumable.ts'
import type { Machine } from './machine.ts'
import { createUpdate, type Update } from './optimizer.ts'
import { ReplicaMemory } from './replica-memory.ts'

export interface Descent extends Resumable {
  /** Puts a replica into memory, and this descent's state beside it. */
  begin(replica: Vector, correction: Vector | null): void
  /** Moves the replica against the gradient that is in memory; false where that is not finite. */
  step(rate: number): boolean
  /**
   * Takes the replica out; where it is not finite or the last step was not `good`, leaves it and
   * forgets this descent's state.
   */
  end(replica: Vector, good: boolean): boolean
}

interface Places {
  readonly replica: ReplicaMemory
  readonly gradient: ReplicaMemory
}

/**
 * The states of many optimisers, of which one is in the machine's memory at a time: a simulation of a
 * thousand peers needs no more of it than one peer. Those that are out wait as plain vectors.
 */
export class DescentMemory {
  readonly #machine: Machine
  readonly #layout: Layout
  readonly #places: Places
  /** Moments of the optimiser, as many as one has needed so far. */
  readonly #moments: ReplicaMemory[] = []
  #correction: ReplicaMemory | null = null
  #inside: readonly Vector[] | null = null

  constructor(machine: Machine, layout: Layout, places: Places) {
    this.#machine = machine
    this.#layout = layout
    this.#places = places
  }

  open(optimizer: OptimizerConfig, clip: ClipConfig): Descent {
    const { length } = this.#layout
    const update = createUpdate(optimizer, this.#layout)
    while (this.#moments.length < update.moments) this.#moments.push(this.#memory())
    this.#machine.commit()
    const outside = Array.from({ length: update.moments }, () => new Float32Array(length))
    let corrected = false
    return {
      begin: (replica, correction) => {
        this.#swapIn(outside)
        this.#places.replica.write(replica)
        corrected = correction !== null
        if (correction !== null) this.#correctionMemory().write(correction)
      },
      step: (rate) => this.#step(update, clip, corrected, rate),
      end: (into, good) => {
        const { replica } = this.#places
        const whole = good && Number.isFinite(this.#machine.kernels.sumSquares(length, replica.at))
        if (whole) replica.read(into)
        else {
          for (const moment of this.#moments) moment.clear()
          update.forget()
        }
        return whole
      },
      save: () => {
        const inside = outside === this.#inside
        return update.pack(
          outside.map((moment, i) => (inside ? this.#moments[i]!.copy() : moment.slice()))
        )
      },
      restore: (saved) => {
        for (const [i, moment] of update.unpack(saved).entries()) outside[i]!.set(moment)
        if (outside === this.#inside) this.#write(outside)
      }
    }
  }

  #memory(): ReplicaMemory {
    return new ReplicaMemory(this.#machine, this.#layout)
  }

  #correctionMemory(): ReplicaMemory {
    this.#correction ??= this.#memory()
    this.#machine.commit()
    return this.#correction
  }

  #swapIn(vectors: readonly Vector[]): void {
    if (vectors === this.#inside) return
    for (const [i, vector] of this.#inside?.entries() ?? []) this.#moments[i]!.read(vector)
    this.#write(vectors)
    this.#inside = vectors
  }

  #write(vectors: readonly Vector[]): void {
    for (const [i, vector] of vectors.entries()) this.#moments[i]!.write(vector)
  }

  #step(update: Update, clip: ClipConfig, corrected: boolean, rate: number): boolean {
    const { kernels } = this.#machine
    const { length } = this.#layout
    const { replica, gradient } = this.#places
    const norm = Math.sqrt(kernels.sumSquares(length, gradient.at))
    if (!Number.isFinite(norm)) return false
    if (typeof clip !== 'number') {
      const [g, x] = [gradient, replica].map(({ matrix }) => this.#machine.values(matrix))
      clipGradient(clip, this.#layout, g!, x!)
    } else if (norm > clip) kernels.scale(length, gradient.at, clip / norm)
    if (corrected) kernels.addTo(length, this.#correction!.at, gradient.at)
    update.step(
      kernels,
      replica.at,
      gradient.at,
      this.#moments.map(({ at }) => at),
      rate
    )
    return true
  }
}
