import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { InvalidInputError, type Problem } from '../../../errors.ts'
import { type Layout, layoutOf } from '../../../vector/layout.ts'
import { zeros } from '../../../vector/vector.ts'
import { checkMemory, layersBytes, type Room } from '../../memory.ts'
import type { ModelSides } from '../../models/model.ts'
import { upload, uploadBatch } from '../border.ts'
import { flatGradient } from '../flat-gradient.ts'
import type { Form, OpenForm } from '../form.ts'
import { blameTopology, buildLayers } from './build.ts'
import { upToLogits } from './output.ts'
import type { Topology } from './topology.ts'

type Sides = readonly (number | null)[]

const product = (sides: Sides): number => sides.reduce<number>((all, side) => all * (side ?? 1), 1)

const problem = (rule: string, remedy: string): Problem => ({
  path: 'model.topology',
  rule,
  remedy
})

const shown = (sides: Sides): string => `[${sides.map((side) => side ?? 'any').join(', ')}]`

/** Sides of one example's input and output, where they fit the data. */
const exampleSides = (model: LayersModel, { features, places, classes }: ModelSides) => {
  const inner = (tensor: { readonly shape: Sides }): Sides => tensor.shape.slice(1)
  const [input, output] = [inner(model.inputs[0]!), inner(model.outputs[0]!)]
  const wanted = places > 1 ? [places, classes] : [classes]
  const problems = []
  if (input.includes(null) || product(input) !== features) {
    const rule = `takes examples of ${shown(input)}, the data has ${features} numbers in each`
    problems.push(problem(rule, `give its first layer a batch_input_shape of ${features} numbers`))
  }
  if (output.join() !== wanted.join()) {
    const rule = `gives ${shown(output)}, the data has labels for ${shown(wanted)}`
    problems.push(problem(rule, `end in ${classes} units`))
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  return input as readonly number[]
}

/** Its tensors by the names that tf.layers gives and saves them under. */
const layoutFor = ({ trainableWeights, nonTrainableWeights }: LayersModel): Layout => {
  if (trainableWeights.length === 0 || nonTrainableWeights.length > 0) {
    const rule = 'has no parameters, or some that are not trained'
    throw new InvalidInputError([problem(rule, 'set trainable to true in every layer')])
  }
  return layoutOf(
    trainableWeights.map(({ originalName, shape }) => ({
      name: originalName,
      shape: shape as number[]
    }))
  )
}

/** Elements that all layers together give for one example. */
const activationsOf = ({ layers }: LayersModel): number =>
  layers
    .flatMap(({ inboundNodes }) => inboundNodes)
    .flatMap(({ outputShapes }) => outputShapes as Sides[])
    .reduce((sum, sides) => sum + product(sides.slice(1)), 0)

/** Lets the layers read the given tensors in the place of variables of their own, which are freed. */
const formOf = (model: LayersModel, input: readonly number[], classes: number): Form => {
  const variables = model.trainableWeights
  for (const variable of variables) variable.dispose()
  return (parameters, x) => {
    variables.forEach((variable, i) => {
      variable.read = () => parameters[i]!
    })
    const examples = tf.reshape(x, [x.shape[0], ...input])
    // As in training: otherwise layers dispose of what automatic differentiation still needs.
    const logits = model.apply(examples, { training: true }) as tf.Tensor
    return tf.reshape(logits, [-1, classes])
  }
}

/** tfjs finds out what a backend cannot differentiate when it is asked to. */
const probe = (form: Form, layout: Layout, { features, places }: ModelSides): void => {
  const batch = { x: zeros(features), labels: new Uint8Array(places) }
  try {
    tf.tidy(() => {
      flatGradient(form, layout, upload(zeros(layout.length)), uploadBatch(batch, places))
    })
  } catch (error) {
    blameTopology(error, `cannot be trained on the backend ${tf.getBackend()}`)
  }
}

/**
 * Opens a topology on the backend that is open (../backend.ts). What it gives are logits: a softmax at
 * its end is left to the loss. `room`: what it must fit into; null: nobody knows.
 *
 * @throws InvalidInputError where it cannot be built, does not fit data or room, or cannot be trained here.
 * @example
 * const { layout, form } = await openLayers(parseTopology(json), rowSides([28, 28, 1], 10))
 */
export const openLayers = async (
  topology: Topology,
  sides: ModelSides,
  room: Room | null = null
): Promise<OpenForm> => {
  const model = await buildLayers(upToLogits(topology, sides.places > 1 ? 2 : 1))
  try {
    const input = exampleSides(model, sides)
    const layout = layoutFor(model)
    if (room !== null) {
      checkMemory(layersBytes(layout.length, activationsOf(model), room.examples), room.bytes)
    }
    const form = formOf(model, input, sides.classes)
    probe(form, layout, sides)
    return { layout, form }
  } catch (error) {
    tf.dispose(model.weights.map((weight) => weight.read()))
    throw error
  }
}
