import { z } from 'zod'

/** Seeds in a topology are read and not used: the swarm's own decides. */
const seed = z.number().nullish()
const of = <N extends string, S extends z.ZodRawShape>(name: N, config: S) =>
  z.strictObject({ class_name: z.literal(name), config: z.strictObject({ seed, ...config }) })

const number = z.number().min(-1e6).max(1e6)

/** Keras' initialisers, as a topology writes them. */
export const initialiserSchema = z.discriminatedUnion('class_name', [
  of('Zeros', {}),
  of('Ones', {}),
  of('Constant', { value: number }),
  of('RandomUniform', { minval: number.default(-0.05), maxval: number.default(0.05) }),
  of('RandomNormal', { mean: number.default(0), stddev: number.default(0.05) }),
  of('TruncatedNormal', { mean: number.default(0), stddev: number.default(0.05) }),
  of('VarianceScaling', {
    scale: z.number().positive().max(1e6).default(1),
    mode: z.enum(['fan_in', 'fan_out', 'fan_avg']).default('fan_in'),
    distribution: z
      .enum(['normal', 'truncated_normal', 'untruncated_normal', 'uniform'])
      .default('normal')
  }),
  of('GlorotUniform', {}),
  of('GlorotNormal', {}),
  of('HeUniform', {}),
  of('HeNormal', {}),
  of('LeCunUniform', {}),
  of('LeCunNormal', {}),
  of('Orthogonal', { gain: number.default(1) }),
  of('Identity', { gain: number.default(1) })
])

export type Initialiser = z.output<typeof initialiserSchema>
