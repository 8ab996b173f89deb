import type { Graph, Result } from './graph.ts'

/** A graph, and the layer whose result are the logits. */
export interface Written {
  readonly graph: Graph
  readonly output: Result
}
