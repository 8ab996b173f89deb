import type { LayerSpec } from './layer-schema.ts'

/** What a call of a layer reads: the result of another layer's call of that number. */
type Origin = readonly [layer: string, call: number, ...rest: readonly unknown[]]

const callsOf = ({ class_name: name, inbound_nodes: calls = [] }: LayerSpec) =>
  name === 'InputLayer' ? [] : (calls as readonly (readonly Origin[])[])

/**
 * Layers of a graph that can never be called, because they wait for what is not there or for each other;
 * tf.layers would wait with them, for ever. Every layer is called in the order of its own calls.
 */
export const stuckLayers = (layers: readonly LayerSpec[]): readonly LayerSpec[] => {
  const named = new Map(layers.map((layer) => [layer.config.name, layer]))
  /** How often each has been called. */
  const made = new Map<string, number>()
  /** Who waits for a layer's next call. */
  const waiting = new Map<string, LayerSpec[]>()
  for (const { class_name: kind, config } of layers) {
    if (kind === 'InputLayer') made.set(config.name, 1)
  }
  const open = [...layers]
  for (let layer = open.pop(); layer !== undefined; layer = open.pop()) {
    const { name } = layer.config
    const next = callsOf(layer)[made.get(name) ?? 0]
    if (next === undefined) continue
    const lacking = next.find(([origin, call]) => (made.get(origin) ?? 0) <= call)
    if (lacking !== undefined) {
      const [origin] = lacking
      waiting.set(origin, [...(waiting.get(origin) ?? []), layer])
      continue
    }
    made.set(name, (made.get(name) ?? 0) + 1)
    open.push(layer, ...(waiting.get(name) ?? []))
    waiting.delete(name)
  }
  return [...named.values()].filter((layer) => (made.get(layer.config.name) ?? 0) < callsOf(layer).length)
}
