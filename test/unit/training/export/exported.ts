/** Models with made-up parameters, and what they are compared with. */
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers'
import { scaleOf } from '../../../../src/data/scale.ts'
import { type Random, seeded } from '../../../../src/random.ts'
import { exportLayers } from '../../../../src/training/export/export-layers.ts'
import type { LayersFolder } from '../../../../src/training/export/layers-folder.ts'
import { type Preparation, scalingOf } from '../../../../src/training/export/prepare.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import {
  type Model,
  type ModelSides,
  rowSides,
  textSides
} from '../../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { builtIn } from '../helpers.ts'

export interface ExportCase {
  readonly title: string
  readonly config: object
  readonly sides: ModelSides
  /** Of a byte / 255, by channel; null of columns and texts. */
  readonly moments: readonly [means: number[], deviations: number[]] | null
}

const GREY: ExportCase['moments'] = [[0.1307], [0.3081]]
const RGB: ExportCase['moments'] = [
  [0.4914, 0.4822, 0.4465],
  [0.247, 0.2435, 0.2616]
]

const even = { channels: 5, kernel: 4, padding: 'same' }
const gpt = { name: 'gpt', width: 12, context: 6, layers: 2 }

export const EXPORT_CASES: readonly ExportCase[] = [
  { title: 'mlp', config: { name: 'mlp' }, sides: rowSides([28, 28, 1], 10), moments: GREY },
  {
    title: 'mlp without hidden layers, in colour',
    config: { name: 'mlp', hidden: [] },
    sides: rowSides([4, 5, 3], 7),
    moments: RGB
  },
  {
    title: 'mlp of columns',
    config: { name: 'mlp', hidden: [9, 8] },
    sides: rowSides([1, 1, 6], 3),
    moments: null
  },
  { title: 'cnn', config: { name: 'cnn' }, sides: rowSides([28, 28, 1], 10), moments: GREY },
  {
    title: 'cnn with an even kernel and odd sides',
    config: { name: 'cnn', convolutions: [even], hidden: [] },
    sides: rowSides([9, 11, 3], 4),
    moments: RGB
  },
  {
    title: 'resnet20',
    config: { name: 'resnet20' },
    sides: rowSides([32, 32, 3], 10),
    moments: RGB
  },
  {
    title: 'resnet20 of odd sides and other groups',
    config: { name: 'resnet20', groups: 4 },
    sides: rowSides([9, 7, 1], 3),
    moments: GREY
  },
  { title: 'gpt', config: { name: 'gpt' }, sides: textSides(64, 65), moments: null },
  {
    title: 'gpt, untied, with relu and one head',
    config: { ...gpt, heads: 1, tied: false, activation: 'relu' },
    sides: textSides(6, 7),
    moments: null
  },
  {
    title: 'gpt with three heads',
    config: { ...gpt, heads: 3 },
    sides: textSides(6, 7),
    moments: null
  }
]

const ROWS = 3

export interface Exported {
  readonly folder: LayersFolder
  readonly model: Model
  /** What goes in: bytes, columns, or numbers of symbols. // [ROWS, ...shape] */
  readonly input: Vector
  readonly shape: readonly number[]
  /** What our engine makes of the same, read as training reads it. */
  readonly logits: Vector
}

/** Every parameter off its beginning: biases that are zero would hide a mistake. */
const replicaOf = (model: Model, random: Random): Vector =>
  model.initial(random.fork('initial')).map((value) => value + 0.1 * (random.next() - 0.5))

const inputOf = ({ config, classes, features }: Model, isImage: boolean, random: Random): Vector =>
  Float32Array.from({ length: ROWS * features }, (_, i) => {
    if (config.name === 'gpt') return random.integer(classes)
    return isImage ? random.integer(256) : random.normal() + (i % features === 1 ? 2000 : 0)
  })

/** One that never varied, one far from zero, and others. */
const columnsOf = ({ config, features }: Model) =>
  config.name === 'gpt'
    ? null
    : Array.from({ length: features }, (_, i) => ({
        name: `column ${i}`,
        mean: i === 1 ? 2000 : i / 3,
        deviation: i
      }))

const preparationOf = (model: Model, moments: ExportCase['moments']): Preparation | null => {
  if (moments !== null) return { kind: 'bytes', scaling: scalingOf(scaleOf(...moments)) }
  const elements = columnsOf(model)
  return elements && { kind: 'columns', elements }
}

const readAsTrained = (
  input: Vector,
  moments: ExportCase['moments'],
  columns: ReturnType<typeof columnsOf>
): Vector => {
  if (moments === null) {
    if (columns === null) return input
    return input.map((x, i) => {
      const { mean, deviation } = columns[i % columns.length]!
      return deviation === 0 ? 0 : (x - mean) / deviation
    })
  }
  const table = scaleOf(...moments)
  const channels = moments[0].length
  return input.map((byte, i) => table[(i % channels) * 256 + byte]!)
}

export const exported = ({ config, sides, moments }: ExportCase): Exported => {
  const model = createModel(builtIn(config), sides)
  const random = seeded(5)
  const replica = replicaOf(model, random)
  const input = inputOf(model, moments !== null, random)
  const read = readAsTrained(input, moments, columnsOf(model))
  const isText = model.config.name === 'gpt'
  const x = isText ? Uint8Array.from(read) : read
  let logits: Vector = new Float32Array()
  const labels = new Uint8Array(ROWS * model.places)
  openWasmEngine(model, ROWS).logits(replica, [{ x, labels }], (values) => {
    logits = values.slice()
  })
  const folder = exportLayers({ model, replica, preparation: preparationOf(model, moments) }, {})
  const shape = [ROWS, ...(moments === null ? [model.features] : model.shape)]
  return { folder, model, input, shape, logits }
}

/** As tfjs loads it from a disk or an address. */
export const loaded = ({ modelJson, shards }: LayersFolder): Promise<LayersModel> => {
  const { modelTopology, weightsManifest } = JSON.parse(JSON.stringify(modelJson))
  const weightData = new Uint8Array(Buffer.concat(shards.map(({ bytes }) => bytes))).buffer
  const weightSpecs = weightsManifest[0].weights
  return loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) })
}

export const predicted = (model: LayersModel, input: Vector, shape: readonly number[]): Vector => {
  const output = model.predict(tf.tensor(input, [...shape])) as tf.Tensor
  return output.dataSync() as Vector
}
