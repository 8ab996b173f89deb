import { Machine } from '../../../../src/training/wasm/machine.ts'
import type { Matrix } from '../../../../src/training/wasm/matrix.ts'
import type { Vector } from '../../../../src/vector/vector.ts'

/** Numbers behind every array that no kernel may touch. */
const GUARDS = 8
const GUARD = 12_345

export interface Held {
  readonly machine: Machine
  readonly kernels: Machine['kernels']
  /** In bytes, in the arrays' order. */
  readonly at: readonly number[]
  /** A copy of an array as it is now. Throws where a kernel has written behind any of them. */
  read(index: number): Vector
}

/** Arrays in a machine's memory; bytes as bytes. */
export const hold = (...arrays: readonly (Float32Array | Uint8Array)[]): Held => {
  const machine = new Machine()
  const floats = (array: Float32Array | Uint8Array): number => Math.ceil(array.byteLength / 4)
  const places = arrays.map((array) => machine.matrix(1, floats(array) + GUARDS))
  machine.commit()
  arrays.forEach((array, i) => {
    machine.values(places[i]!).fill(GUARD, floats(array))
    machine.octets(places[i]!).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  })
  const untouched = (place: Matrix): boolean =>
    machine
      .values(place)
      .subarray(-GUARDS)
      .every((value) => value === GUARD)
  return {
    machine,
    kernels: machine.kernels,
    at: places.map(({ at }) => at),
    read: (index) => {
      if (!places.every(untouched)) throw new Error('a kernel has written behind an array')
      return machine.values(places[index]!).slice(0, floats(arrays[index]!))
    }
  }
}
