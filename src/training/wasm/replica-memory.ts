import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import type { Machine } from './machine.ts'
import type { Matrix } from './matrix.ts'
import type { Tensors } from './program.ts'
import { tensorsIn } from './tensors.ts'

/** A flat vector of a layout in a machine's memory. */
export class ReplicaMemory {
  readonly #machine: Machine
  readonly matrix: Matrix // [1, parameters]
  readonly tensors: Tensors

  constructor(machine: Machine, layout: Layout) {
    this.#machine = machine
    this.matrix = machine.matrix(1, layout.length)
    this.tensors = tensorsIn(this.matrix, layout)
  }

  /** In bytes. */
  get at(): number {
    return this.matrix.at
  }

  write(values: Vector): void {
    this.#machine.values(this.matrix).set(values)
  }

  read(into: Vector): void {
    into.set(this.#machine.values(this.matrix))
  }

  copy(): Vector {
    return this.#machine.values(this.matrix).slice()
  }

  clear(): void {
    this.#machine.values(this.matrix).fill(0)
  }
}
