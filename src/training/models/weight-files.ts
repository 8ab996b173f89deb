/** The files that a model.json's weights lie in, beside it. */
import { join } from 'node:path'
import { type DataFile, eachChunk, findFile } from '../../data/files/data-file.ts'
import { hashOfFiles } from '../../data/files/dataset-hash.ts'
import { InvalidInputError } from '../../errors.ts'
import { check } from '../../swarm/problems.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Bytes, Vector } from '../../vector/vector.ts'
import { givenReplica, weightsManifestSchema } from '../tensors/layers/given-replica.ts'
import type { LayersConfig } from './layers-model.ts'

const REMEDY = 'put the files that were saved with model.json beside it, or remove weightsManifest'
/** Nothing that leads to another folder: the names may come from outside. Browsers save `./weights.bin`. */
const PLAIN = /^(\.\/)?[\w-][\w.-]*$/
const FLOAT = 4

const refuse = (path: string, rule: string, remedy = REMEDY): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

/** In the order in which they follow each other; none where model.json has no weights. */
const findWeights = async (
  modelJson: Readonly<Record<string, unknown>>,
  folder: string
): Promise<readonly DataFile[]> => {
  const { weightsManifest = [] } = modelJson
  const { data, problems } = check(weightsManifestSchema, weightsManifest, ['weightsManifest'])
  if (data === null) {
    const remedy = 'save the model again, without quantization and without its optimizer'
    throw new InvalidInputError(problems.map((problem) => ({ ...problem, remedy })))
  }
  const names = data.flatMap(({ paths }) => paths)
  for (const name of names) {
    if (PLAIN.test(name)) continue
    const remedy = `${REMEDY}; a name there has letters, digits, dots and dashes`
    refuse('weightsManifest', `names ${JSON.stringify(name)}, no plain file`, remedy)
  }
  return Promise.all(names.map((name) => findFile(join(folder, name), REMEDY)))
}

/**
 * SHA-256 of the files of a model.json's weights; null where it has none.
 *
 * @throws InvalidInputError where they are not beside it.
 */
export const hashOfWeights = async (
  modelJson: Readonly<Record<string, unknown>>,
  folder: string
): Promise<string | null> => {
  const files = await findWeights(modelJson, folder)
  return files.length === 0 ? null : hashOfFiles(files)
}

const joined = async (files: readonly DataFile[], bytes: number): Promise<Bytes> => {
  const all = new Uint8Array(bytes)
  let at = 0
  for (const file of files) {
    await eachChunk(file, (chunk) => {
      all.set(chunk, at)
      at += chunk.length
    })
  }
  return all
}

/**
 * The replica that a model begins with; null where it begins with fresh parameters.
 *
 * @throws InvalidInputError where `folder` does not hold it.
 */
export const readWeights = async (
  { topology, weights }: LayersConfig,
  layout: Layout,
  folder: string | null
): Promise<Vector | null> => {
  if (weights === null) return null
  if (folder === null) {
    const rule = 'must be the folder of the weights that the model begins with'
    return refuse('weights.path', rule, 'name the folder of the files that weightsManifest names')
  }
  const files = await findWeights(topology, folder)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes !== FLOAT * layout.length) {
    const rule = `must hold ${FLOAT * layout.length} bytes of weights, holds ${bytes}`
    return refuse(folder, rule, 'give the files that were saved with this topology, unpacked')
  }
  const found = files.length === 0 ? null : await hashOfFiles(files)
  if (found !== weights) {
    const rule = `must have the SHA-256 ${weights} that model.weights says, has ${found}`
    return refuse(folder, rule, 'get the weights that are meant')
  }
  return givenReplica(layout, topology['weightsManifest'], await joined(files, bytes))
}
