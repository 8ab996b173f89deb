import type { Random } from '../../../random.ts'
import type { Layout } from '../../../vector/layout.ts'
import { type Vector, zeros } from '../../../vector/vector.ts'
import { initialise } from './initialise.ts'
import { type Initialiser, initialiserSchema } from './initialiser-schema.ts'
import type { LayerSpec } from './layer-schema.ts'
import type { Topology } from './topology.ts'

/** Of a layer that wraps another, the other's settings are those of the tensors. */
const settingsOf = ({ config }: LayerSpec): LayerSpec['config'] => {
  const inner = config['layer'] as LayerSpec | undefined
  return inner?.config ?? config
}

/** `recurrent_kernel` begins as `recurrent_initializer` says, and `kernel` as `kernel_initializer`. */
const initialiserOf = (settings: LayerSpec['config'], tensor: string): Initialiser => {
  const key = `${tensor.replace(/_kernel$/, '')}_initializer`
  return initialiserSchema.parse(settings[key])
}

/** A forget gate's bias begins at one (Jozefowicz et al. 2015): the second of an LSTM's four. */
const openForgetGates = (part: Float32Array): void => {
  const units = part.length / 4
  part.fill(1, units, 2 * units)
}

/** Fresh parameters as the topology's initialisers say, each tensor from a stream of its own. */
export const layersInitial = (topology: Topology, layout: Layout, random: Random): Vector => {
  const layers = new Map(topology.config.layers.map((layer) => [layer.config.name, layer]))
  const vector = zeros(layout.length)
  for (const { name, shape, offset, size } of layout.tensors) {
    const parts = name.split('/')
    const settings = settingsOf(layers.get(parts[0]!)!)
    const tensor = parts.at(-1)!
    const part = vector.subarray(offset, offset + size)
    initialise(part, shape, initialiserOf(settings, tensor), random.fork(name))
    if (tensor === 'bias' && settings['unit_forget_bias'] === true) openForgetGates(part)
  }
  return vector
}
