import type { Vector } from '../../vector/vector.ts'

/** A layer's result: what the next layer reads. */
export interface Result {
  readonly layer: string
}

/** One tensor of a layer, under the name that tf.layers gives it, such as `kernel`. */
export interface LayerTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Vector
}

/** The same with its layer's name before its own: `dense0/kernel`. */
export type GraphTensor = LayerTensor

export interface LayerInit {
  readonly kind: string
  readonly name: string
  /** Settings as Keras writes them, in snake_case. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly from: readonly Result[]
  readonly tensors?: readonly LayerTensor[]
  /** Whether whoever trains the saved model changes its tensors. @default true */
  readonly trainable?: boolean
}

/** A LayersModel in the making, layer after layer: what tf.layers reads as `modelTopology`, and its tensors. */
export class Graph {
  readonly tensors: GraphTensor[] = []
  readonly #layers: object[] = []
  readonly #input: string

  /** `shape`: of one example. */
  constructor(input: string, shape: readonly number[]) {
    this.#input = input
    this.#layers.push({
      class_name: 'InputLayer',
      name: input,
      config: { name: input, batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false },
      inbound_nodes: []
    })
  }

  get input(): Result {
    return { layer: this.#input }
  }

  add({ kind, name, config = {}, from, tensors = [], trainable = true }: LayerInit): Result {
    this.#layers.push({
      class_name: kind,
      name,
      config: { name, trainable, ...config },
      inbound_nodes: [from.map(({ layer }) => [layer, 0, 0, {}])]
    })
    for (const tensor of tensors) {
      this.tensors.push({ ...tensor, name: `${name}/${tensor.name}` })
    }
    return { layer: name }
  }

  topology(name: string, output: Result): object {
    return {
      class_name: 'Model',
      config: {
        name,
        layers: this.#layers,
        input_layers: [[this.#input, 0, 0]],
        output_layers: [[output.layer, 0, 0]]
      },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js'
    }
  }
}
