import type { LayerSpec } from './layer-schema.ts'

/** Whom a layer reads from, call by call: another layer's result of the call of that number. */
const callsOf = ({ inbound_nodes: calls = [] }: LayerSpec) => calls

/**
 * Layers of a graph that can never be called, because they wait for what is not there or for each other;
 * tf.layers would wait with them for ever. A layer is called in the order of its own calls.
 */
export const stuckLayers = (layers: readonly LayerSpec[]): readonly LayerSpec[] => {
  /** How often each has been called. An input is there without. */
  const made = new Map<string, number>()
  const inputs = layers.filter(({ class_name: kind }) => kind === 'InputLayer')
  for (const { config } of inputs) made.set(config.name, 1)
  /** Who waits for a layer's next call. */
  const waiting = new Map<string, LayerSpec[]>()
  const others = layers.filter((layer) => !inputs.includes(layer))
  const open = [...others]
  for (let layer = open.pop(); layer !== undefined; layer = open.pop()) {
    const { name } = layer.config
    const count = made.get(name) ?? 0
    const next = callsOf(layer)[count]
    if (next === undefined) continue
    const missing = next.find(([origin, call]) => (made.get(origin) ?? 0) <= call)
    if (missing === undefined) {
      made.set(name, count + 1)
      open.push(layer, ...(waiting.get(name) ?? []))
      waiting.delete(name)
    } else {
      const [origin] = missing
      waiting.set(origin, [...(waiting.get(origin) ?? []), layer])
    }
  }
  return [
    ...inputs.filter((layer) => callsOf(layer).length > 0),
    ...others.filter((layer) => (made.get(layer.config.name) ?? 0) < callsOf(layer).length)
  ]
}
