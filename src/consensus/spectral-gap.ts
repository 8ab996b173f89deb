import { edgeWeight } from './mixing-weights.ts'
import type { Graph } from './topology.ts'

/** Far more than any graph of ours needs; slow graphs have gaps near 1e-4. */
const MAX_STEPS = 200_000
const PRECISION = 1e-13

/**
 * 1 - |lambda_2| of a graph's mixing matrix W: one round of plain averaging shrinks the disagreement
 * by at least |lambda_2|. Power iteration on W^2 (so that the sign of lambda_2 does not matter),
 * orthogonal to the constant vector.
 */
export const spectralGap = (graph: Graph): number => {
  const n = graph.length
  if (n === 1) return 1
  const rows = graph.map((neighbours) => ({
    neighbours,
    weights: neighbours.map((j) => edgeWeight(neighbours.length, graph[j]!.length))
  }))
  // Any start with a part along every eigenvector will do.
  let v = Float64Array.from({ length: n }, (_, i) => Math.sin(1 + i * i))
  let square = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const mean = v.reduce((sum, x) => sum + x, 0) / n
    for (let i = 0; i < n; i++) v[i] = v[i]! - mean
    const size = Math.hypot(...v)
    if (size === 0) return 1
    for (let i = 0; i < n; i++) v[i] = v[i]! / size
    const next = mix(rows, mix(rows, v))
    const quotient = next.reduce((sum, x, i) => sum + x * v[i]!, 0)
    if (Math.abs(quotient - square) < PRECISION) return 1 - Math.sqrt(Math.max(0, quotient))
    square = quotient
    v = next
  }
  return 1 - Math.sqrt(square)
}

interface Row {
  readonly neighbours: readonly number[]
  readonly weights: readonly number[]
}

/** W v, without the zeros of W. */
const mix = (rows: readonly Row[], v: Float64Array): Float64Array<ArrayBuffer> =>
  Float64Array.from(rows, ({ neighbours, weights }, i) => {
    let sum = v[i]!
    for (let j = 0; j < neighbours.length; j++) sum += weights[j]! * (v[neighbours[j]!]! - v[i]!)
    return sum
  })
