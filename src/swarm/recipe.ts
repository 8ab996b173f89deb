import { z } from 'zod'
import { jsonRule } from './json-limits.ts'

/** What a swarm trains and how: the part that a manifest and a scenario share. Data, never code. */

/** What is printed to terminals carries no control characters. */
export const nameSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')

/** Largest layer that a manifest from outside may ask for. */
const MAX_WIDTH = 65_536
const MAX_LAYERS = 64
const MAX_CHANNELS = 4096
const MAX_KERNEL = 31
const MAX_SYNTHETIC = 100_000_000
/** Layers, heads and characters in sight that a manifest may ask of a gpt; its matrices are of width x 4 width. */
const MAX_DEPTH = 48
const MAX_HEADS = 64
const MAX_GPT_SIDE = 2048

/** Of a model that peers bring themselves. */
const MAX_OPTIONS = 100

/** Of a topology's JSON. */
const MAX_TOPOLOGY = 1 << 20

/** JSON that recursion can walk. */
const shallowSchema = z.unknown().check(({ value, issues }) => {
  const message = jsonRule(value)
  if (message !== null) issues.push({ code: 'custom', message, input: value })
})

/** SHA-256. */
const hashSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits in lower case')

export const modelSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('mlp'),
    /** Widths of the hidden layers, ReLU between them. */
    hidden: z.array(z.int().min(1).max(MAX_WIDTH)).max(MAX_LAYERS).default([128])
  }),
  /** Convolutions, each with pooling and ReLU, then dense layers. By default LeNet-5's. */
  z.strictObject({
    name: z.literal('cnn'),
    convolutions: z
      .array(
        z.strictObject({
          channels: z.int().min(1).max(MAX_CHANNELS),
          /** Side of the square kernel. */
          kernel: z.int().min(1).max(MAX_KERNEL),
          padding: z.enum(['same', 'valid'])
        })
      )
      .min(1)
      .max(MAX_LAYERS)
      .default([
        { channels: 6, kernel: 5, padding: 'same' },
        { channels: 16, kernel: 5, padding: 'valid' }
      ]),
    /** Widths of the hidden dense layers. */
    hidden: z.array(z.int().min(1).max(MAX_WIDTH)).max(MAX_LAYERS).default([120, 84])
  }),
  /** The residual network of 20 layers for images of 32 x 32, with group normalisation. */
  z.strictObject({
    name: z.literal('resnet20'),
    /** Of channels that are normalised together; 16, 32 and 64 are multiples. */
    groups: z.union([1, 2, 4, 8, 16].map((groups) => z.literal(groups))).default(8)
  }),
  /** A decoder-only transformer over characters or bytes. */
  z.strictObject({
    name: z.literal('gpt'),
    layers: z.int().min(1).max(MAX_DEPTH).default(4),
    /** Attention heads of each layer; they share the width evenly. */
    heads: z.int().min(1).max(MAX_HEADS).default(4),
    /** Elements that stand for one character between two layers. */
    width: z.int().min(1).max(MAX_GPT_SIDE).default(64),
    /** Characters that a prediction can look back on, the last one included. */
    context: z.int().min(1).max(MAX_GPT_SIDE).default(64),
    /** Of the hidden units; gelu in its tanh form, as GPT-2 has it. */
    activation: z.enum(['gelu', 'relu']).default('gelu'),
    /** Whether the embedding of the characters is the output's kernel as well. */
    tied: z.boolean().default(true)
  }),
  /** A TF.js LayersModel, as data. */
  z.strictObject({
    name: z.literal('layers'),
    /** What tf.layers saves as model.json, or the topology in it (src/training/tensors/layers/). */
    topology: shallowSchema.pipe(
      z
        .record(z.string(), z.json())
        .refine(
          (topology) => JSON.stringify(topology).length <= MAX_TOPOLOGY,
          `must be at most ${MAX_TOPOLOGY} characters`
        )
    ),
    /** SHA-256 of the files of its weights manifest, as data.sha256; null: fresh parameters. */
    weights: hashSchema.nullable().default(null)
  }),
  /** No data: peer i descends a quadratic of its own; the swarm's optimum is known. */
  z.strictObject({
    name: z.literal('quadratic'),
    parameters: z.int().min(1).max(MAX_SYNTHETIC).default(10_000),
    /** Largest over smallest curvature. */
    condition: z.number().min(1).max(1e6).default(10),
    /** Deviation of the peers' optima about the swarm's, in units of its distance from the start. */
    heterogeneity: z.number().min(0).max(1e3).default(1),
    /** Deviation of the noise that each step adds to an element of the gradient. */
    noise: z.number().min(0).max(1e3).default(0)
  }),
  /** No data and no training: replicas begin apart, and what is left is averaging. */
  z.strictObject({
    name: z.literal('averaging'),
    parameters: z.int().min(1).max(MAX_SYNTHETIC).default(4096)
  }),
  /** One that every peer brings a trainer for (docs/library.md): named here, never brought. */
  z.strictObject({
    name: z.literal('custom'),
    /** What people call the program that trains it, and its version. */
    program: nameSchema,
    /** What all trainers of it have to agree on. */
    options: z
      .record(
        z.string().min(1).max(100),
        z.union([z.number(), z.boolean(), z.string().max(1000)], {
          error: 'must be a number, true, false or a text'
        })
      )
      .refine((options) => Object.keys(options).length <= MAX_OPTIONS, {
        message: `must be at most ${MAX_OPTIONS}`
      })
      .default({})
  })
])

export const partitionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iid') }),
  /** Every peer has the same share of every class. */
  z.strictObject({ kind: z.literal('stratified') }),
  /** Per class, the peers' shares are drawn from a symmetric Dirichlet distribution. */
  z.strictObject({ kind: z.literal('dirichlet'), alpha: z.number().positive().max(1e6) }),
  /** Rows sorted by label, or a text as it stands, cut into `perPeer` runs for each peer. */
  z.strictObject({ kind: z.literal('shards'), perPeer: z.int().min(1).max(1000).default(2) })
])

/** A column's name in the first line of a table. */
const columnSchema = z.string().min(1).max(200)

export const dataSchema = z.strictObject({
  /**
   * `mnist-10k`: MNIST's test file only, split 8,000 / 2,000; `text`: characters of a file, for the
   * model gpt; `csv`: a table; `images`: a folder for each class; `none`: for models without data.
   */
  name: z.enum(['glyphs', 'mnist', 'mnist-10k', 'cifar10', 'csv', 'images', 'text', 'none']),
  partition: partitionSchema.default({ kind: 'iid' }),
  /** Share of the training rows that nobody trains on: what settings are chosen by. */
  validation: z.number().min(0).max(0.5).default(0),
  /** Share of all rows that is the test, where the files do not say; of a text its end. 0.1 without. */
  test: z.number().min(0.001).max(0.9).optional(),
  /** SHA-256 of the dataset's files (docs/data.md): other files are refused. */
  sha256: hashSchema.optional(),
  /** Of a text, what is predicted one by one: characters without, of at most 256 kinds, or bytes. */
  level: z.enum(['character', 'byte']).optional(),
  /** Of a table, the column that is predicted. */
  label: columnSchema.optional(),
  /** Columns whose values are names, not numbers. */
  categorical: z.array(columnSchema).max(4096).optional(),
  /** Columns that are left out. */
  ignore: z.array(columnSchema).max(4096).optional(),
  /** What becomes of a value that is missing: refused without, or the column's mean. */
  missing: z.enum(['refuse', 'mean']).optional(),
  /** Of images, the side that all are brought to, in pixels; 32 without. */
  side: z.int().min(1).max(1024).optional(),
  /** Of images; rgb without. */
  colour: z.enum(['rgb', 'grey']).optional()
})

export const optimizerSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sgd'), momentum: z.number().min(0).lt(1).default(0) }),
  z.strictObject({
    name: z.literal('adam'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().max(1).default(1e-8),
    /** Share of a parameter that a step of rate 1 takes off, in tensors of rank above 1 (AdamW). */
    weightDecay: z.number().min(0).max(1).default(0)
  }),
  z.strictObject({
    name: z.literal('rmsprop'),
    /** What a step keeps of the mean of squares. */
    rho: z.number().min(0).lt(1).default(0.9),
    epsilon: z.number().positive().max(1).default(1e-8)
  }),
  z.strictObject({
    name: z.literal('adagrad'),
    epsilon: z.number().positive().max(1).default(1e-10)
  }),
  z.strictObject({
    name: z.literal('lion'),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.99),
    /** As adam's. */
    weightDecay: z.number().min(0).max(1).default(0)
  })
])

/** What becomes of long gradients before the optimiser gets them (src/training/clip.ts). */
export const clipSchema = z.union(
  [
    /** Largest norm of the whole gradient. */
    z.number().positive(),
    /** Largest norm of each tensor's. */
    z.strictObject({ by: z.literal('tensor'), norm: z.number().positive() }),
    /** Largest norm of each unit's, as a share of the norm of its parameters. */
    z.strictObject({
      by: z.literal('unit'),
      share: z.number().positive().max(1000).default(0.01)
    })
  ],
  {
    error:
      'must be a positive number, or such as {"by":"tensor","norm":1} or {"by":"unit","share":0.01}'
  }
)

export const trainingSchema = z.strictObject({
  optimizer: optimizerSchema.default({ name: 'sgd', momentum: 0 }),
  learningRate: z.number().positive().max(100),
  schedule: z.enum(['constant', 'cosine']).default('constant'),
  /** Share of the steps over which the rate rises to its schedule. */
  warmup: z.number().min(0).max(0.5).default(0),
  /**
   * The rate after the warm-up is so many times learningRate, and learningRate is what the warm-up begins
   * with: for a batch that is so many times as large, such as that of all peers (Goyal et al. 2017).
   */
  scale: z.number().min(1).max(10_000).optional(),
  /** A peer that is s rounds behind most of its neighbours takes its steps with 1 / (1 + s) of the rate. */
  staleRate: z.boolean().optional(),
  /** Rows per local step. */
  batch: z.int().min(1).max(65_536).default(32),
  /** Null leaves gradients alone. */
  clip: clipSchema.nullable().default(null),
  /** Local steps between two exchanges (H). */
  localSteps: z.int().min(1).max(10_000).default(8),
  /** Local steps of each peer in all. */
  steps: z.int().min(0).max(1_000_000_000)
})

const fraction = z.number().gt(0).max(1)

export const compressionSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('none') }),
  z.strictObject({ name: z.literal('int8') }),
  z.strictObject({ name: z.literal('int4') }),
  z.strictObject({ name: z.literal('top-k+int8'), fraction }),
  z.strictObject({ name: z.literal('top-k+int4'), fraction })
])

const lifetime = z.int().min(1).nullable().default(null)

export const topologySchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('ring') }),
  z.strictObject({ name: z.literal('torus') }),
  z.strictObject({ name: z.literal('exponential') }),
  z.strictObject({ name: z.literal('full') }),
  z.strictObject({
    name: z.literal('random-regular'),
    degree: z.int().min(1).max(64),
    /** Rounds that an edge lives; null: static. */
    lifetime
  })
])

/** Where a machine has the weights that a model of kind `layers` begins with; no part of a recipe. */
export const weightsSchema = z
  .strictObject({
    /** Folder of the files that its weights manifest names. */
    path: z.string().min(1).nullable().default(null)
  })
  .prefault({})

/** A strategy's own options are checked by its entry in the registry (src/strategy/registry.ts). */
export const strategySchema = z.looseObject({ name: z.string() })

export const recipeShape = {
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  model: modelSchema,
  data: dataSchema,
  training: trainingSchema,
  strategy: strategySchema,
  compression: compressionSchema.default({ name: 'none' }),
  topology: topologySchema
} as const

export const recipeSchema = z.strictObject(recipeShape)

export type Recipe = z.output<typeof recipeSchema>
export type ModelConfig = z.output<typeof modelSchema>
export type PartitionConfig = z.output<typeof partitionSchema>
export type DataConfig = z.output<typeof dataSchema>
export type TrainingConfig = z.output<typeof trainingSchema>
export type OptimizerConfig = z.output<typeof optimizerSchema>
/** Null: none. */
export type ClipConfig = z.output<typeof clipSchema> | null
export type CompressionConfig = z.output<typeof compressionSchema>
export type TopologyConfig = z.output<typeof topologySchema>

/** Rounds of each peer: `localSteps` steps each, the last one perhaps fewer. */
export const roundsOf = ({ steps, localSteps }: TrainingConfig): number =>
  Math.ceil(steps / localSteps)
