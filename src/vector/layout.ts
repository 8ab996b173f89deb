import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** One named tensor of a model, in the order in which it lies in the flat vector. */
export interface TensorSpec {
  readonly name: string
  readonly shape: readonly number[]
}

export interface TensorSlot extends TensorSpec {
  /** First element inside the flat vector. */
  readonly offset: number
  readonly size: number
}

/** How a model's tensors lie in one flat vector. Peers average only vectors of the same layout. */
export interface Layout {
  readonly tensors: readonly TensorSlot[]
  /** Total number of parameters. */
  readonly length: number
  /** SHA-256 over names and shapes, hexadecimal. */
  readonly hash: string
}

export const layoutOf = (specs: readonly TensorSpec[]): Layout => {
  let length = 0
  const tensors = specs.map(({ name, shape }) => {
    const size = shape.reduce((product, side) => product * side, 1)
    const slot = { name, shape: [...shape], offset: length, size }
    length += size
    return slot
  })
  const text = JSON.stringify(tensors.map(({ name, shape }) => [name, shape]))
  return { tensors, length, hash: bytesToHex(sha256(utf8ToBytes(text))) }
}
