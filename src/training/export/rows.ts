/** Models of rows as graphs of layers: a perceptron, convolutions, the residual network. */
import type { Vector } from '../../vector/vector.ts'
import { type CnnConfig, POOL } from '../models/cnn-layout.ts'
import type { MlpConfig } from '../models/mlp-layout.ts'
import type { Model } from '../models/model.ts'
import { addDenseLayers, parametersOf } from './parts.ts'
import { beginWithRows, type Preparation } from './prepare.ts'
import type { Written } from './written.ts'

export const mlpGraph = (
  model: Model & { readonly config: MlpConfig },
  replica: Vector,
  preparation: Preparation
): Written => {
  const { graph, rows } = beginWithRows(model, preparation)
  const flat = graph.add({ kind: 'Flatten', name: 'flatten', from: [rows] })
  const layers = model.config.hidden.length + 1
  const output = addDenseLayers(graph, flat, layers, parametersOf(model.layout, replica))
  return { graph, output }
}

export const cnnGraph = (
  model: Model & { readonly config: CnnConfig },
  replica: Vector,
  preparation: Preparation
): Written => {
  const { convolutions, hidden } = model.config
  const parameter = parametersOf(model.layout, replica)
  const { graph, rows } = beginWithRows(model, preparation)
  let at = rows
  convolutions.forEach(({ channels, kernel, padding }, i) => {
    const name = `conv${i}`
    const seen = graph.add({
      kind: 'Conv2D',
      name,
      config: {
        filters: channels,
        kernel_size: [kernel, kernel],
        strides: [1, 1],
        padding,
        // Before the pooling instead of behind it: maxima of what keeps the order are the same numbers.
        activation: 'relu',
        use_bias: true
      },
      from: [at],
      tensors: [parameter(`${name}/kernel`, 'kernel'), parameter(`${name}/bias`, 'bias')]
    })
    at = graph.add({
      kind: 'MaxPooling2D',
      name: `pool${i}`,
      config: { pool_size: [POOL, POOL], strides: [POOL, POOL], padding: 'valid' },
      from: [seen]
    })
  })
  const flat = graph.add({ kind: 'Flatten', name: 'flatten', from: [at] })
  return { graph, output: addDenseLayers(graph, flat, hidden.length + 1, parameter) }
}
