import { InvalidInputError } from '../errors.ts'
import type { Layout } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import { readSafetensors, safetensorsBytes, writeSafetensors } from './safetensors.ts'
import type { Metadata, NamedTensor, Tensors } from './safetensors-format.ts'

/** The extra tensor that diagnostics add: what mixing has added to the replica, float64. */
const MIXED = 'diagnostics/mixed'

/** The model's own tensors, which share the replica's memory. */
export const tensorsOf = (layout: Layout, replica: Vector): Record<string, NamedTensor> =>
  Object.fromEntries(
    layout.tensors.map(({ name, shape, offset, size }) => [
      name,
      { shape, data: replica.subarray(offset, offset + size) }
    ])
  )

/**
 * The replica again. `path`: what the tensors are called in errors.
 * @throws InvalidInputError when a tensor of the layout is not there, or has another shape or dtype
 */
export const replicaOf = (layout: Layout, tensors: Tensors, path: string): Vector => {
  const replica = zeros(layout.length)
  for (const { name, shape, offset } of layout.tensors) {
    const tensor = tensors[name]
    if (
      tensor === undefined ||
      tensor.shape.join() !== shape.join() ||
      tensor.data instanceof Int32Array
    ) {
      const remedy = 'give a replica of the same model'
      throw new InvalidInputError([{ path, rule: `no tensor ${name} of shape [${shape}]`, remedy }])
    }
    replica.set(tensor.data, offset)
  }
  return replica
}

/** A safetensors file with the model's own tensor names. */
export const replicaBytes = (
  layout: Layout,
  replica: Vector,
  metadata: Metadata = {}
): Uint8Array => safetensorsBytes(tensorsOf(layout, replica), metadata)

/** The same on the disk, with what diagnostics need. */
export const saveReplica = (
  path: string,
  layout: Layout,
  replica: Vector,
  mixed: Float64Array<ArrayBuffer> | null
): Promise<void> =>
  writeSafetensors(path, {
    ...tensorsOf(layout, replica),
    ...(mixed === null ? {} : { [MIXED]: { shape: [mixed.length], data: mixed } })
  })

/** @throws InvalidInputError when the file lacks a tensor of the layout or has another shape for it. */
export const loadReplica = async (
  path: string,
  layout: Layout
): Promise<{ readonly replica: Vector; readonly mixed: Float64Array<ArrayBuffer> | null }> => {
  const tensors = await readSafetensors(path)
  const mixed = tensors[MIXED]?.data
  return {
    replica: replicaOf(layout, tensors, path),
    mixed: mixed instanceof Float64Array ? mixed : null
  }
}
