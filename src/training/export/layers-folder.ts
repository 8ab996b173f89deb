/** What `tf.loadLayersModel` reads from a folder: model.json and the files of the tensors beside it. */
import type { Bytes } from '../../vector/vector.ts'
import type { GraphTensor } from './graph.ts'

/** Browsers keep files of up to so many bytes in their caches. */
const SHARD_BYTES = 4 << 20
const FLOAT = 4

/** The files of tensors, as TensorFlow's converter names them. */
export const SHARD_NAME = /^group1-shard\d+of\d+\.bin$/

export interface LayersFolder {
  readonly modelJson: object
  readonly shards: ReadonlyArray<{ readonly name: string; readonly bytes: Bytes }>
}

/** Little-endian, whatever this machine is. */
const littleEndian = (tensors: readonly GraphTensor[]): Bytes => {
  const length = tensors.reduce((sum, { data }) => sum + data.length, 0)
  const bytes = new Uint8Array(FLOAT * length)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { data } of tensors) {
    for (const value of data) {
      view.setFloat32(at, value, true)
      at += FLOAT
    }
  }
  return bytes
}

/** `notes`: what whoever opens the model should know; tfjs gives it back as `getUserDefinedMetadata()`. */
export const layersFolder = (
  modelTopology: unknown,
  tensors: readonly GraphTensor[],
  notes: object
): LayersFolder => {
  const bytes = littleEndian(tensors)
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES))
  const shards = Array.from({ length: count }, (_, i) => ({
    name: `group1-shard${i + 1}of${count}.bin`,
    bytes: bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)
  }))
  const weights = tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }))
  return {
    modelJson: {
      format: 'layers-model',
      generatedBy: 'swarmgrad',
      convertedBy: null,
      modelTopology,
      weightsManifest: [{ paths: shards.map(({ name }) => name), weights }],
      userDefinedMetadata: notes
    },
    shards
  }
}
