import type { Vector } from '../../vector/vector.ts'
import type { GptConfig } from '../models/gpt-layout.ts'
import type { Model } from '../models/model.ts'
import { Graph, type LayerTensor, type Result } from './graph.ts'
import { addDense, type Parameter, parametersOf } from './parts.ts'
import type { Written } from './written.ts'

/** That of our normalisation (tensors/forms/normalise.ts). */
const EPSILON = 1e-5
/** Added to the scores of what comes later: exp of it is zero. */
const HIDDEN = -1e9

/** Of GPT-2's gelu (tensors/forms/gelu.ts). */
const [INNER, CUBIC] = [Math.sqrt(2 / Math.PI), 0.044715]

interface Builder {
  readonly graph: Graph
  readonly parameter: Parameter
  readonly config: GptConfig
  /** What is added to the scores of every place, as many times as there are examples. // [context, context] */
  readonly mask: Result
}

/** Some columns of a kernel. // [in, out] */
const columns = ({ shape, data }: LayerTensor, from: number, count: number): LayerTensor => {
  const [rows, all] = shape as [number, number]
  const part = new Float32Array(rows * count)
  for (let row = 0; row < rows; row++) {
    part.set(data.subarray(row * all + from, row * all + from + count), row * count)
  }
  return { name: 'kernel', shape: [rows, count], data: part }
}

const scaled = ({ data, ...rest }: LayerTensor, factor: number): LayerTensor => ({
  ...rest,
  data: data.map((value) => value * factor)
})

const turned = ({ shape, data }: LayerTensor): LayerTensor => {
  const [rows, all] = shape as [number, number]
  const values = data.map((_, i) => data[(i % rows) * all + Math.floor(i / rows)]!)
  return { name: 'kernel', shape: [all, rows], data: values }
}

const addEmbedding = (graph: Graph, name: string, from: Result, init: LayerTensor): Result =>
  graph.add({
    kind: 'Embedding',
    name,
    config: { input_dim: init.shape[0], output_dim: init.shape[1], mask_zero: false },
    from: [from],
    tensors: [{ ...init, name: 'embeddings' }],
    trainable: name !== 'mask'
  })

const addNorm = ({ graph, parameter }: Builder, name: string, own: string, from: Result): Result =>
  graph.add({
    kind: 'LayerNormalization',
    name: own,
    config: { axis: -1, epsilon: EPSILON, center: true, scale: true },
    from: [from],
    tensors: [parameter(`${name}/gain`, 'gamma'), parameter(`${name}/bias`, 'beta')]
  })

/**
 * The numbers of the places 0..context-1 for every example: constants need an input to have its
 * number of examples, so the largest symbol is multiplied by zero.
 */
const addPlaces = (graph: Graph, context: number): Result => {
  const column = graph.add({
    kind: 'Reshape',
    name: 'column',
    config: { target_shape: [context, 1] },
    from: [graph.input]
  })
  const any = graph.add({ kind: 'GlobalMaxPooling1D', name: 'largest', from: [column] })
  return graph.add({
    kind: 'Dense',
    name: 'places',
    config: { units: context, activation: 'linear', use_bias: true },
    from: [any],
    tensors: [
      { name: 'kernel', shape: [1, context], data: new Float32Array(context) },
      { name: 'bias', shape: [context], data: Float32Array.from({ length: context }, (_, i) => i) }
    ],
    trainable: false
  })
}

const causalMask = (context: number): LayerTensor => ({
  name: 'mask',
  shape: [context, context],
  data: Float32Array.from({ length: context * context }, (_, i) =>
    i % context > Math.floor(i / context) ? HIDDEN : 0
  )
})

/** One head of one layer (Vaswani et al. 2017, eq. 1), its scale inside the kernel of the queries. */
const addHead = (builder: Builder, block: string, head: number, from: Result): Result => {
  const { graph, parameter, config, mask } = builder
  const { width, heads } = config
  const size = width / heads
  const all = parameter(`${block}/attention/kernel`, 'kernel')
  const name = `${block}_head${head}`
  const project = (what: string, part: number, factor: number): Result =>
    addDense(graph, `${name}_${what}`, from, {
      kernel: scaled(columns(all, part * width + head * size, size), factor)
    })
  const dot = (what: string, axes: readonly number[], a: Result, b: Result): Result =>
    graph.add({ kind: 'Dot', name: `${name}_${what}`, config: { axes }, from: [a, b] })
  const queries = project('queries', 0, 1 / Math.sqrt(size))
  const scores = dot('scores', [2, 2], queries, project('keys', 1, 1))
  const seen = graph.add({ kind: 'Add', name: `${name}_causal`, from: [scores, mask] })
  const weights = graph.add({
    kind: 'Activation',
    name: `${name}_weights`,
    config: { activation: 'softmax' },
    from: [seen]
  })
  return dot('mix', [2, 1], weights, project('values', 2, 1))
}

/**
 * x/2 (1 + tanh(u)) = x sigmoid(2 u), u = sqrt(2/pi) (x + 0.044715 x^3): tf.layers has it under a name
 * that its own reader changes. No layer reads the same result twice, which tfjs would free too early.
 */
const addGelu = (graph: Graph, name: string, x: Result): Result => {
  const multiply = (what: string, a: Result, b: Result): Result =>
    graph.add({ kind: 'Multiply', name: `${name}_${what}`, from: [a, b] })
  const rescale = (what: string, from: Result, scale: number, offset: number): Result =>
    graph.add({
      kind: 'Rescaling',
      name: `${name}_${what}`,
      config: { scale, offset },
      from: [from]
    })
  const cubic = rescale('cubic', x, 2 * INNER * CUBIC, 0)
  const slope = rescale('slope', multiply('square', x, cubic), 1, 2 * INNER)
  const gate = graph.add({
    kind: 'Activation',
    name: `${name}_gate`,
    config: { activation: 'sigmoid' },
    from: [multiply('inner', x, slope)]
  })
  return multiply('gelu', x, gate)
}

const addBlock = (builder: Builder, block: string, from: Result): Result => {
  const { graph, parameter, config } = builder
  const normal = addNorm(builder, `${block}/norm0`, `${block}_norm0`, from)
  const heads = Array.from({ length: config.heads }, (_, i) => addHead(builder, block, i, normal))
  const joined =
    heads.length === 1
      ? heads[0]!
      : graph.add({
          kind: 'Concatenate',
          name: `${block}_heads`,
          config: { axis: -1 },
          from: heads
        })
  const projected = addDense(graph, `${block}_projection`, joined, {
    kernel: parameter(`${block}/projection/kernel`, 'kernel')
  })
  const y = graph.add({ kind: 'Add', name: `${block}_add0`, from: [from, projected] })
  const wide = addDense(
    graph,
    `${block}_dense0`,
    addNorm(builder, `${block}/norm1`, `${block}_norm1`, y),
    {
      activation: config.activation === 'relu' ? 'relu' : 'linear',
      kernel: parameter(`${block}/dense0/kernel`, 'kernel'),
      bias: parameter(`${block}/dense0/bias`, 'bias')
    }
  )
  const bent = config.activation === 'gelu' ? addGelu(graph, `${block}_dense0`, wide) : wide
  const narrow = addDense(graph, `${block}_dense1`, bent, {
    kernel: parameter(`${block}/dense1/kernel`, 'kernel'),
    bias: parameter(`${block}/dense1/bias`, 'bias')
  })
  return graph.add({ kind: 'Add', name: `${block}_add1`, from: [y, narrow] })
}

/**
 * The transformer (tensors/forms/gpt.ts) of layers that tf.layers has: numbers of symbols in,
 * [examples, context], logits of the next symbol at every place out, [examples, context, symbols].
 */
export const gptGraph = (model: Model, config: GptConfig, replica: Vector): Written => {
  const { context, layers, tied } = config
  const parameter = parametersOf(model.layout, replica)
  const graph = new Graph('symbols', [context])
  const characters = parameter('embedding/characters', 'embeddings')
  const places = addPlaces(graph, context)
  const mask = addEmbedding(graph, 'mask', places, causalMask(context))
  const builder = { graph, parameter, config, mask }
  let at = graph.add({
    kind: 'Add',
    name: 'embedding',
    from: [
      addEmbedding(graph, 'embedding_characters', graph.input, characters),
      addEmbedding(graph, 'embedding_places', places, parameter('embedding/places', 'embeddings'))
    ]
  })
  for (let layer = 0; layer < layers; layer++) at = addBlock(builder, `block${layer}`, at)
  const output = addDense(graph, 'head', addNorm(builder, 'norm', 'norm', at), {
    kernel: tied ? turned(characters) : parameter('head/kernel', 'kernel')
  })
  return { graph, output }
}
