type Settings = Readonly<Record<string, unknown>>

let count = 0

/** A layer's JSON with a name of its own. */
export const layer = (class_name: string, settings: Settings = {}) => ({
  class_name,
  config: { name: `${class_name.toLowerCase()}_${count++}`, ...settings }
})

export const sequence = (
  input: readonly number[],
  ...layers: readonly ReturnType<typeof layer>[]
): { class_name: 'Sequential'; config: { name: string; layers: ReturnType<typeof layer>[] } } => {
  const [first, ...others] = layers
  const config = { ...first!.config, batch_input_shape: [null, ...input] }
  return {
    class_name: 'Sequential',
    config: { name: 'model', layers: [{ ...first!, config }, ...others] }
  }
}

type Call = readonly [name: string, class_name: string, settings: Settings, ...origins: string[]]

/** A graph of layers; the first is the input, the last the output. */
export const graph = (input: readonly number[], ...calls: readonly Call[]) => ({
  class_name: 'Model',
  config: {
    name: 'graph',
    layers: [
      {
        class_name: 'InputLayer',
        name: 'input',
        config: {
          name: 'input',
          batch_input_shape: [null, ...input],
          dtype: 'float32',
          sparse: false
        },
        inbound_nodes: []
      },
      ...calls.map(([name, class_name, settings, ...origins]) => ({
        class_name,
        name,
        config: { name, ...settings },
        inbound_nodes: [origins.map((origin) => [origin, 0, 0, {}])]
      }))
    ],
    input_layers: [['input', 0, 0]],
    output_layers: [[calls.at(-1)![0], 0, 0]]
  }
})
