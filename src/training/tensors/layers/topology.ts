import { z } from 'zod'
import { InvalidInputError, type Problem } from '../../../errors.ts'
import { jsonRule } from '../../../swarm/json-limits.ts'
import { check, dottedPath } from '../../../swarm/problems.ts'
import { type LayerSpec, layerName, layerSchema } from './layer-schema.ts'
import { REFUSED } from './refused.ts'
import { stuckLayers } from './stuck.ts'

const MAX_LAYERS = 500

/** A TF.js LayersModel's architecture: data that has been checked. */
export interface Topology {
  readonly class_name: 'Sequential' | 'Model'
  readonly config: {
    readonly name: string
    readonly layers: readonly LayerSpec[]
    readonly input_layers?: readonly Port[] | undefined
    readonly output_layers?: readonly Port[] | undefined
  }
}

/** A layer, the call of it that counts, and which of its results. */
export type Port = readonly [layer: string, call: number, result: number]

const port = z.tuple([layerName, z.literal(0), z.literal(0)])
const layers = z.array(layerSchema).min(1).max(MAX_LAYERS)
const stamps = {
  keras_version: z.string().max(100).optional(),
  backend: z.string().max(100).optional()
}

const topologySchema = z.discriminatedUnion('class_name', [
  z.strictObject({
    ...stamps,
    class_name: z.literal('Sequential'),
    config: z.strictObject({ name: layerName.default('sequential'), layers })
  }),
  z.strictObject({
    ...stamps,
    // Keras has called the same thing by both names.
    class_name: z.literal(['Model', 'Functional']).transform(() => 'Model' as const),
    config: z.strictObject({
      name: layerName.default('model'),
      layers,
      input_layers: z.array(port).length(1),
      output_layers: z.array(port).length(1)
    })
  })
])

type Path = readonly PropertyKey[]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const checkSize = (document: unknown, path: Path): void => {
  const rule = jsonRule(document)
  if (rule === null) return
  const remedy = 'give a model.json as tf.layers writes it'
  throw new InvalidInputError([{ path: dottedPath(path), rule, remedy }])
}

/** model.json holds a topology, and a topology that Keras has saved holds another. */
const unwrap = (document: unknown, path: Path): [unknown, Path] => {
  for (const key of ['modelTopology', 'model_config']) {
    if (isObject(document) && key in document) return unwrap(document[key], [...path, key])
  }
  return [document, path]
}

/** Early Keras wrote a sequence's layers as its whole configuration. */
const modern = (document: unknown): unknown =>
  isObject(document) && Array.isArray(document['config'])
    ? { ...document, config: { layers: document['config'] } }
    : document

const refusedLayers = (document: unknown, path: Path): Problem[] => {
  const config = isObject(document) ? document['config'] : null
  const all = isObject(config) ? config['layers'] : null
  if (!Array.isArray(all)) return []
  return all.flatMap((layer: unknown, i): Problem[] => {
    const name = isObject(layer) ? String(layer['class_name']) : ''
    if (!Object.hasOwn(REFUSED, name)) return []
    const { rule, remedy } = REFUSED[name]!
    return [{ path: dottedPath([...path, 'config', 'layers', i]), rule: `${name} ${rule}`, remedy }]
  })
}

const duplicates = ({ config }: Topology, path: Path): Problem[] => {
  const seen = new Set<string>()
  return config.layers.flatMap((layer, i): Problem[] => {
    const { name } = layer.config
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    const at = dottedPath([...path, 'config', 'layers', i, 'config', 'name'])
    return [
      {
        path: at,
        rule: `"${name}" is another layer's name`,
        remedy: 'name every layer differently'
      }
    ]
  })
}

/** A graph that tf.layers would look for the ends of, and never find them. */
const graphProblems = ({ class_name: kind, config }: Topology, path: Path): Problem[] => {
  if (kind === 'Sequential') return []
  const at = (layer: LayerSpec, field: string): string =>
    dottedPath([...path, 'config', 'layers', config.layers.indexOf(layer), field])
  const misnamed = config.layers.filter(({ name, config: { name: own } }) => name !== own)
  const problems = misnamed.map((layer): Problem => {
    const rule = `must be "${layer.config.name}", as in its config`
    return { path: at(layer, 'name'), rule, remedy: 'name it the same in both places' }
  })
  if (problems.length > 0) return problems
  return stuckLayers(config.layers).map((layer) => {
    const rule = `"${layer.config.name}" reads what no layer gives, or what depends on itself`
    const remedy = 'let every layer read what layers before it give'
    return { path: at(layer, 'inbound_nodes'), rule, remedy }
  })
}

/**
 * Reads what tf.layers writes: a model.json, its topology, or what `toJSON` returns. Every setting of
 * every layer is checked, and nothing of it is executed.
 *
 * @throws InvalidInputError with every problem, by its path below `prefix`.
 */
export const parseTopology = (
  document: unknown,
  prefix: Path = ['model', 'topology']
): Topology => {
  checkSize(document, prefix)
  const [inner, path] = unwrap(document, prefix)
  const refused = refusedLayers(modern(inner), path)
  if (refused.length > 0) throw new InvalidInputError(refused)
  const { data, problems } = check(topologySchema, modern(inner), path)
  if (data === null) throw new InvalidInputError(problems)
  const topology: Topology = data
  const doubled = duplicates(topology, path)
  const wrong = doubled.length > 0 ? doubled : graphProblems(topology, path)
  if (wrong.length > 0) throw new InvalidInputError(wrong)
  return topology
}
