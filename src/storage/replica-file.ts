import { InvalidInputError } from '../errors.ts'
import type { Layout } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'

/** The extra tensor that diagnostics add: what mixing has added to the replica, float64. */
const MIXED = 'diagnostics/mixed'

/** One safetensors file with the model's own tensor names. */
export const saveReplica = (
  path: string,
  layout: Layout,
  replica: Vector,
  mixed: Float64Array<ArrayBuffer> | null
): Promise<void> =>
  writeSafetensors(path, {
    ...Object.fromEntries(
      layout.tensors.map(({ name, shape, offset, size }) => [
        name,
        { shape, data: replica.subarray(offset, offset + size) }
      ])
    ),
    ...(mixed === null ? {} : { [MIXED]: { shape: [mixed.length], data: mixed } })
  })

/** @throws InvalidInputError when the file lacks a tensor of the layout or has another shape for it. */
export const loadReplica = async (
  path: string,
  layout: Layout
): Promise<{ readonly replica: Vector; readonly mixed: Float64Array<ArrayBuffer> | null }> => {
  const tensors = await readSafetensors(path)
  const replica = zeros(layout.length)
  for (const { name, shape, offset } of layout.tensors) {
    const tensor = tensors[name]
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      const remedy = 'give a replica of the same model'
      throw new InvalidInputError([{ path, rule: `no tensor ${name} of shape [${shape}]`, remedy }])
    }
    replica.set(tensor.data, offset)
  }
  const mixed = tensors[MIXED]?.data
  return { replica, mixed: mixed instanceof Float64Array ? mixed : null }
}
