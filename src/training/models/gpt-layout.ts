/** The character model's parameters, without tfjs: for whoever counts or averages them. */
import { InvalidInputError } from '../../errors.ts'
import type { ModelConfig } from '../../swarm/recipe.ts'
import { type Layout, layoutOf, type TensorSpec } from '../../vector/layout.ts'

export type GptConfig = Extract<ModelConfig, { name: 'gpt' }>

/** Width of a layer's hidden units, in units of the model's (Vaswani et al. 2017, section 3.3). */
const HIDDEN = 4

const refuse = ({ width, heads }: GptConfig): never => {
  const rule = `must be a multiple of model.heads, ${width} is none of ${heads}`
  const remedy = `give ${Math.ceil(width / heads) * heads}, or another number of heads`
  throw new InvalidInputError([{ path: 'model.width', rule, remedy }])
}

const normSpecs = (name: string, width: number): TensorSpec[] => [
  { name: `${name}/gain`, shape: [width] },
  { name: `${name}/bias`, shape: [width] }
]

/** The parameters of one layer, in the order that BlockParameters gives them. Kernels are [in, out]. */
const blockSpecs = (layer: number, width: number): TensorSpec[] => {
  const hidden = HIDDEN * width
  return [
    ...normSpecs(`block${layer}/norm0`, width),
    // Queries, keys and values side by side, of every head.
    { name: `block${layer}/attention/kernel`, shape: [width, 3 * width] },
    { name: `block${layer}/projection/kernel`, shape: [width, width] },
    ...normSpecs(`block${layer}/norm1`, width),
    { name: `block${layer}/dense0/kernel`, shape: [width, hidden] },
    { name: `block${layer}/dense0/bias`, shape: [hidden] },
    { name: `block${layer}/dense1/kernel`, shape: [hidden, width] },
    { name: `block${layer}/dense1/bias`, shape: [width] }
  ]
}

/**
 * embedding/characters [vocabulary, width], embedding/places [context, width], block0/..., norm/...,
 * and head/kernel [width, vocabulary] unless the embedding is tied to it. Throws InvalidInputError where the heads cannot share the width.
 */
export const gptLayout = (config: GptConfig, vocabulary: number): Layout => {
  const { layers, heads, width, context, tied } = config
  if (width % heads !== 0) return refuse(config)
  return layoutOf([
    { name: 'embedding/characters', shape: [vocabulary, width] },
    { name: 'embedding/places', shape: [context, width] },
    ...Array.from({ length: layers }, (_, layer) => blockSpecs(layer, width)).flat(),
    ...normSpecs('norm', width),
    ...(tied ? [] : [{ name: 'head/kernel', shape: [width, vocabulary] }])
  ])
}
