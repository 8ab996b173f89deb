import { InvalidInputError } from '../../../errors.ts'
import type { LayerSpec } from './layer-schema.ts'
import type { Topology } from './topology.ts'

type Config = LayerSpec['config']

/** Whose results are no logits, whatever their settings. */
const BENT: ReadonlySet<string> = new Set([
  'InputLayer',
  'ReLU',
  'LeakyReLU',
  'ELU',
  'PReLU',
  'SimpleRNN',
  'GRU',
  'LSTM',
  'Bidirectional'
])

const refuse = (rule: string): never => {
  const remedy = 'end in a dense layer with a softmax, or with no activation'
  throw new InvalidInputError([{ path: 'model.topology', rule, remedy }])
}

const outputOf = ({ config }: Topology): LayerSpec => {
  const name = config.output_layers?.[0]?.[0]
  const found = config.layers.findLast((layer) => name === undefined || layer.config.name === name)
  return found ?? refuse(`has no layer ${name}, where it says to end`)
}

/** Whether another layer reads what a layer gives. */
const isRead = ({ config }: Topology, name: string): boolean =>
  config.layers.some(({ inbound_nodes: calls = [] }) =>
    calls.flat().some(([origin]) => origin === name)
  )

/** The settings without a softmax; the same object where there was none. */
const linear = (config: Config): Config => {
  const { activation = 'linear' } = config
  if (activation === 'linear') return config
  if (activation !== 'softmax') return refuse(`ends in the activation ${activation}`)
  return { ...config, activation: 'linear' }
}

const straightened = (layer: LayerSpec, last: number): LayerSpec => {
  const { class_name: name, config } = layer
  if (BENT.has(name)) return refuse(`ends in ${name}`)
  if (name === 'Softmax') {
    // tfjs's own default is 1.
    const { axis } = config as { readonly axis?: number | null }
    if (axis !== -1 && (axis ?? 1) !== last)
      return refuse('ends in a softmax that is not over classes')
    return {
      ...layer,
      class_name: 'Activation',
      config: { name: config.name, activation: 'linear' }
    }
  }
  if (name === 'TimeDistributed') {
    const inner = config['layer'] as LayerSpec
    return { ...layer, config: { ...config, layer: { ...inner, config: linear(inner.config) } } }
  }
  return { ...layer, config: linear(config) }
}

/**
 * The topology without a softmax at its end, which is the loss's: cross-entropy of logits keeps its
 * precision where that of probabilities would lose it. `last`: the number of the classes' axis.
 *
 * @throws InvalidInputError where it ends in anything else that is no logit.
 */
export const upToLogits = (topology: Topology, last: number): Topology => {
  const output = outputOf(topology)
  const straight = straightened(output, last)
  const changed = JSON.stringify(straight) !== JSON.stringify(output)
  if (changed && isRead(topology, output.config.name)) {
    return refuse('goes on behind the softmax that it ends in')
  }
  const layers = topology.config.layers.map((layer) => (layer === output ? straight : layer))
  return { ...topology, config: { ...topology.config, layers } }
}
