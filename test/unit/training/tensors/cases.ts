import { type Random, seeded } from '../../../../src/random.ts'
import type { ModelConfig } from '../../../../src/swarm/recipe.ts'
import type { Batch } from '../../../../src/training/batch.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { type Model, rowSides, textSides } from '../../../../src/training/models/model.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { cnnOracle, gptOracle, mlpOracle, type Oracle, resnet20Oracle } from './oracle.ts'

/** A model, what it is held against, and data for both. */
export interface Case {
  readonly title: string
  readonly model: Model
  readonly oracle: Oracle
  readonly batch: Batch
}

type ConfigOf<N extends ModelConfig['name']> = Omit<Extract<ModelConfig, { name: N }>, 'name'>
type Shape = Model['shape']

const EXAMPLES = 3

const rowsFor = ({ features, classes }: Model): Batch => {
  const random = seeded(3)
  return {
    x: Float32Array.from({ length: EXAMPLES * features }, () => random.next() - 0.5),
    labels: Uint8Array.from({ length: EXAMPLES }, () => random.integer(classes))
  }
}

const windowsFor = ({ places, classes }: Model): Batch => {
  const random = seeded(4)
  const draw = () => random.integer(classes)
  return {
    x: Uint8Array.from({ length: EXAMPLES * places }, draw),
    labels: Uint8Array.from({ length: EXAMPLES * places }, draw)
  }
}

const titleOf = (model: Model): string => `${JSON.stringify(model.config)} of ${model.shape}`

const rowCase = (model: Model, oracle: Oracle): Case => ({
  title: titleOf(model),
  model,
  oracle,
  batch: rowsFor(model)
})

export const mlpCase = (hidden: number[]): Case =>
  rowCase(createModel({ name: 'mlp', hidden }, rowSides([1, 2, 3], 3)), mlpOracle(hidden, 3))

export const cnnCase = (config: ConfigOf<'cnn'>, shape: Shape, classes: number): Case =>
  rowCase(
    createModel({ name: 'cnn', ...config }, rowSides(shape, classes)),
    cnnOracle({ ...config, shape, classes })
  )

export const resnet20Case = (groups: number, shape: Shape, classes: number): Case =>
  rowCase(
    createModel({ name: 'resnet20', groups }, rowSides(shape, classes)),
    resnet20Oracle(shape, groups, classes)
  )

export const gptCase = (config: ConfigOf<'gpt'>, vocabulary: number): Case => {
  const model = createModel({ name: 'gpt', ...config }, textSides(config.context, vocabulary))
  return {
    title: titleOf(model),
    model,
    oracle: gptOracle(config, vocabulary),
    batch: windowsFor(model)
  }
}

/** Away from the start, where gains are 1 and biases 0. */
export const replicaOf = (model: Model, random: Random): Vector =>
  model.initial(random).map((value) => value + 0.2 * (random.next() - 0.5))
