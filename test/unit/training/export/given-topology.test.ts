/** A LayersModel that was given comes out as it went in, with the parameters that it has learnt. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { exportTopology, topologyLayout } from '../../../../src/training/export/given-topology.ts'
import type { LayersFolder } from '../../../../src/training/export/layers-folder.ts'
import type { LayersConfig } from '../../../../src/training/models/layers-model.ts'
import { hashOfWeights, readWeights } from '../../../../src/training/models/weight-files.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { temporaryFolder } from '../../../helpers/program.ts'
import { graph, layer, sequence } from '../tensors/layers/topologies.ts'
import { loaded, predicted } from './exported.ts'

const SEQUENCE = sequence(
  [6],
  layer('Dense', { name: 'wide', units: 4, activation: 'tanh' }),
  layer('Dense', { name: 'narrow', units: 3, activation: 'softmax' })
)
const GRAPH = graph(
  [5, 2],
  ['read', 'LSTM', { units: 3 }, 'input'],
  ['out', 'Dense', { units: 2 }, 'read']
)

const configOf = (topology: object, weights: string | null = null): LayersConfig =>
  ({ name: 'layers', topology, weights }) as LayersConfig

const written = async (folder: string, { modelJson, shards }: LayersFolder): Promise<object> => {
  for (const { name, bytes } of shards) await writeFile(join(folder, name), bytes)
  return JSON.parse(JSON.stringify(modelJson))
}

for (const [title, given] of [
  ['a sequence', SEQUENCE],
  ['a model.json with old weights', { modelTopology: SEQUENCE, weightsManifest: [] }],
  ['a graph', GRAPH]
] as const) {
  test.serial(`should go round and round without a change: ${title}`, async (t) => {
    const config = configOf(given)
    const layout = await topologyLayout(config)
    const replica = Float32Array.from({ length: layout.length }, (_, i) => Math.fround(Math.sin(i)))
    const out = exportTopology(config, layout, replica, { note: 1 })
    const place = await temporaryFolder(t)
    const modelJson = await written(place, out)
    const { modelTopology, userDefinedMetadata } = modelJson as Record<string, unknown>
    t.deepEqual(modelTopology, 'modelTopology' in given ? given.modelTopology : given)
    t.deepEqual(userDefinedMetadata, { note: 1 })
    // As `model.topology` of the next swarm.
    const weights = await hashOfWeights(modelJson as Record<string, unknown>, place)
    const next = configOf(modelJson, weights)
    t.is((await topologyLayout(next)).hash, layout.hash)
    t.deepEqual(await readWeights(next, layout, place), replica)
  })
}

test.serial('should be what tfjs opens, softmax and all', async (t) => {
  await openBackend('cpu')
  const config = configOf(SEQUENCE)
  const layout = await topologyLayout(config)
  const replica = Float32Array.from({ length: layout.length }, (_, i) => Math.cos(i))
  const model = await loaded(exportTopology(config, layout, replica, {}))
  const input = Float32Array.from([1, -1, 0.5, 0, 2, -0.25])
  const got = predicted(model, input, [1, 6])
  // In plain float64.
  const hidden = Array.from({ length: 4 }, (_, j) =>
    Math.tanh(input.reduce((sum, x, i) => sum + x * replica[4 * i + j]!, replica[24 + j]!))
  )
  const logits = Array.from({ length: 3 }, (_, j) =>
    hidden.reduce((sum, h, i) => sum + h * replica[28 + 3 * i + j]!, replica[40 + j]!)
  )
  const powers = logits.map(Math.exp)
  const sum = powers.reduce((a, b) => a + b, 0)
  powers.forEach((power, j) => {
    t.true(Math.abs(power / sum - got[j]!) < 1e-6)
  })
  model.dispose()
})

test.serial('should leave no tensors behind', async (t) => {
  await topologyLayout(configOf(SEQUENCE))
  const { numTensors } = tf.memory()
  await topologyLayout(configOf(SEQUENCE))
  t.is(tf.memory().numTensors, numTensors)
})
