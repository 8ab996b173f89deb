import type { LayersModel } from '@tensorflow/tfjs-layers'
import { models } from '@tensorflow/tfjs-layers'
import { InvalidInputError } from '../../../errors.ts'
import { CountedZeros, counting } from './counted-zeros.ts'
import type { Topology } from './topology.ts'

/** As many as a synthetic model may have. */
const MAX_PARAMETERS = 100_000_000
const LONGEST_MESSAGE = 300

const ZEROS = { class_name: CountedZeros.className, config: {} }

/** A copy with zeros in the place of every initialiser, at any depth. */
const withZeros = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withZeros)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [
      key,
      key.endsWith('_initializer') ? ZEROS : withZeros(inside)
    ])
  )
}

/** What tfjs does not accept, as a problem of the topology. */
export const blameTopology = (error: unknown, what: string): never => {
  if (error instanceof InvalidInputError) throw error
  const message = error instanceof Error ? error.message : String(error)
  const rule = `${what}: ${message.slice(0, LONGEST_MESSAGE)}`
  const remedy = 'try it with tf.models.modelFromJSON'
  throw new InvalidInputError([{ path: 'model.topology', rule, remedy }], { cause: error })
}

/**
 * The topology as tf.layers builds it, on the open backend. All its parameters are zeros.
 *
 * @throws InvalidInputError where its layers do not fit each other, or are too large.
 */
export const buildLayers = async (topology: Topology): Promise<LayersModel> => {
  const modelTopology = withZeros(topology) as Parameters<typeof models.modelFromJSON>[0]
  try {
    // It builds before it first waits for anything.
    return await counting(MAX_PARAMETERS, () => models.modelFromJSON(modelTopology))
  } catch (error) {
    return blameTopology(error, 'tf.layers cannot build it')
  }
}
