import type { Element } from '../../data/dataset.ts'
import type { ModelSides } from '../models/model.ts'
import { Graph, type Result } from './graph.ts'
import { addChannelScale } from './parts.ts'

/** A channel's bytes become a b + c. */
export interface Scaling {
  /** a, by channel. // [channels] */
  readonly factor: readonly number[]
  /** c, by channel. // [channels] */
  readonly offset: readonly number[]
}

const BYTE = 255

/** What a table of all bytes does (src/data/scale.ts), as a line: two of its points say it. // [channels, 256] */
export const scalingOf = (table: Float32Array): Scaling => {
  const channels = Array.from({ length: table.length / (BYTE + 1) }, (_, channel) => {
    const first = channel * (BYTE + 1)
    const offset = table[first]!
    return { offset, factor: (table[first + BYTE]! - offset) / BYTE }
  })
  return {
    factor: channels.map(({ factor }) => factor),
    offset: channels.map(({ offset }) => offset)
  }
}

/** How what people have becomes what the model was trained on: images' bytes, or the elements of columns. */
export type Preparation =
  | { readonly kind: 'bytes'; readonly scaling: Scaling }
  | { readonly kind: 'columns'; readonly elements: readonly Element[] }

/** The mean is taken off first: x / deviation - mean / deviation would lose what they differ in. */
const beginWithColumns = (elements: readonly Element[]): Begun => {
  const graph = new Graph('row', [elements.length])
  const apart = graph.add({
    kind: 'Reshape',
    name: 'columns',
    config: { target_shape: [1, 1, elements.length] },
    from: [graph.input]
  })
  const zeros = new Float32Array(elements.length)
  const centred = addChannelScale(graph, 'centre', apart, {
    gain: zeros.map(() => 1),
    bias: Float32Array.from(elements, ({ mean }) => -mean),
    trainable: false
  })
  const rows = addChannelScale(graph, 'scale', centred, {
    gain: Float32Array.from(elements, ({ deviation }) => (deviation === 0 ? 0 : 1 / deviation)),
    bias: zeros,
    trainable: false
  })
  return { graph, rows }
}

/** Where rows come in, as people have them, and what the model reads. // [height, width, channels] */
interface Begun {
  readonly graph: Graph
  readonly rows: Result
}

export const beginWithRows = (
  { shape }: Pick<ModelSides, 'shape'>,
  preparation: Preparation
): Begun => {
  if (preparation.kind === 'columns') return beginWithColumns(preparation.elements)
  const { factor, offset } = preparation.scaling
  const graph = new Graph('bytes', shape)
  const rows = addChannelScale(graph, 'scale', graph.input, {
    gain: Float32Array.from(factor),
    bias: Float32Array.from(offset),
    trainable: false
  })
  return { graph, rows }
}
