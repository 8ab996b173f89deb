import { z } from 'zod'
import { InvalidInputError, type Problem } from '../../../errors.ts'
import { check } from '../../../swarm/problems.ts'
import type { Layout } from '../../../vector/layout.ts'
import { type Bytes, type Vector, zeros } from '../../../vector/vector.ts'

const FLOAT = 4 // bytes
const MAX_TENSORS = 5000

const weightSchema = z.strictObject({
  name: z.string().max(500),
  shape: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31)
    )
    .max(6),
  dtype: z.literal('float32')
})

/** model.json's list of files and of the tensors that lie in them, one behind the other. */
export const weightsManifestSchema = z
  .array(
    z.strictObject({
      paths: z.array(z.string().max(500)).max(MAX_TENSORS),
      weights: z.array(weightSchema).max(MAX_TENSORS)
    })
  )
  .max(MAX_TENSORS)

const problem = (path: string, rule: string): Problem => ({
  path,
  rule,
  remedy: 'save topology and weights of one model together, without quantization'
})

/**
 * The replica that was saved with a topology: `data` are the files of its weights manifest, one behind
 * the other, little-endian.
 *
 * @throws InvalidInputError where they are not the layout's tensors, all of them and finite.
 */
export const givenReplica = (layout: Layout, manifest: unknown, data: Bytes): Vector => {
  const { data: groups, problems } = check(weightsManifestSchema, manifest, ['weightsManifest'])
  if (groups === null) throw new InvalidInputError(problems)
  const slots = new Map(layout.tensors.map((slot) => [slot.name, slot]))
  const bytes = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const vector = zeros(layout.length)
  let at = 0
  for (const { name, shape } of groups.flatMap(({ weights }) => weights)) {
    const slot = slots.get(name)
    if (slot?.shape.join() !== shape.join()) {
      const rule = `has no tensor ${JSON.stringify(name)} of [${shape}], or has it twice`
      throw new InvalidInputError([problem('model.topology', rule)])
    }
    slots.delete(name)
    const end = at + FLOAT * slot.size
    if (end <= data.byteLength) {
      for (let i = 0; i < slot.size; i++)
        vector[slot.offset + i] = bytes.getFloat32(at + FLOAT * i, true)
    }
    at = end
  }
  const missing = [...slots.keys()]
  if (missing.length > 0) {
    throw new InvalidInputError([problem('weightsManifest', `lacks ${missing[0]}`)])
  }
  if (at !== data.byteLength) {
    const rule = `has ${data.byteLength} bytes, the layout takes ${FLOAT * layout.length}`
    throw new InvalidInputError([problem('weightsManifest.paths', rule)])
  }
  if (!vector.every(Number.isFinite)) {
    throw new InvalidInputError([
      problem('weightsManifest.paths', 'has values that are not finite')
    ])
  }
  return vector
}
