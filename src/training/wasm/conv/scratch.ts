import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'

/** What the parts are for. */
export const PART = {
  /** Sums that are not kept whole: a tile, of so many elements. */
  tile: 0,
  /** Planes of images. */
  images: 1,
  /** Planes of slopes, or of products. */
  others: 2,
  /** Numbers that are half transformed. */
  halves: 3,
  /** Planes of a kernel. */
  kernel: 4,
  /** Planes of sums for a kernel's gradient. */
  sums: 5
} as const

export const TILE = 48

/** Memory that the layers of a program use one after the other: parts, each as large as any layer needs. */
export class Scratch {
  readonly #machine: Machine
  readonly #sizes: number[] = []
  #parts: readonly Matrix[] = []

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Asks for so many elements of a part. */
  reserve(part: number, size: number): void {
    while (this.#sizes.length <= part) this.#sizes.push(0)
    this.#sizes[part] = Math.max(this.#sizes[part]!, size)
  }

  /** Once everybody has asked. */
  plan(): void {
    this.#parts = this.#sizes.map((size) => this.#machine.matrix(1, size))
  }

  /** In bytes; after `plan`. */
  at(part: number): number {
    return this.#parts[part]!.at
  }
}
