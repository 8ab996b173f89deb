import type { Random } from '../../../random.ts'
import type { Initialiser } from './initialiser-schema.ts'
import { orthogonal } from './orthogonal.ts'

type Shape = readonly number[]
type Scaling = Extract<Initialiser, { class_name: 'VarianceScaling' }>['config']

/** The names that Keras has for kinds of variance scaling. */
const SCALINGS = {
  GlorotUniform: { scale: 1, mode: 'fan_avg', distribution: 'uniform' },
  GlorotNormal: { scale: 1, mode: 'fan_avg', distribution: 'truncated_normal' },
  HeUniform: { scale: 2, mode: 'fan_in', distribution: 'uniform' },
  HeNormal: { scale: 2, mode: 'fan_in', distribution: 'truncated_normal' },
  LeCunUniform: { scale: 1, mode: 'fan_in', distribution: 'uniform' },
  LeCunNormal: { scale: 1, mode: 'fan_in', distribution: 'truncated_normal' }
} as const

/** Where a normal distribution is cut off, in deviations, and the deviation that is left of 1. */
const CUT = 2
const LEFT = 0.879_625_661_034_239_8

const product = (sides: Shape): number => sides.reduce((all, side) => all * side, 1)

/** Inputs and outputs of one unit; of a convolution's kernel [..., in, out] for all its pixels. */
const fans = (shape: Shape): { in: number; out: number } => {
  if (shape.length < 2) return { in: Math.sqrt(product(shape)), out: Math.sqrt(product(shape)) }
  const pixels = product(shape.slice(0, -2))
  return { in: pixels * shape.at(-2)!, out: pixels * shape.at(-1)! }
}

const truncated = (random: Random): number => {
  for (;;) {
    const value = random.normal()
    if (Math.abs(value) < CUT) return value
  }
}

/** Draws one element of variance scale / fan; Keras' VarianceScaling. */
const scaled = ({ scale, mode, distribution }: Scaling, shape: Shape, random: Random) => {
  const { in: inputs, out } = fans(shape)
  const fan = { fan_in: inputs, fan_out: out, fan_avg: (inputs + out) / 2 }[mode]
  const deviation = Math.sqrt(scale / Math.max(1, fan))
  switch (distribution) {
    case 'uniform':
      return () => Math.sqrt(3) * deviation * (2 * random.next() - 1)
    case 'untruncated_normal':
      return () => deviation * random.normal()
    case 'normal':
    case 'truncated_normal':
      return () => (deviation / LEFT) * truncated(random)
  }
}

/** Draws element after element. */
const elements = (initialiser: Initialiser, shape: Shape, random: Random) => {
  const { class_name: name, config } = initialiser
  const columns = shape.at(-1) ?? 1
  switch (name) {
    case 'Zeros':
      return () => 0
    case 'Ones':
      return () => 1
    case 'Constant':
      return () => config.value
    case 'RandomUniform':
      return () => config.minval + (config.maxval - config.minval) * random.next()
    case 'RandomNormal':
      return () => config.mean + config.stddev * random.normal()
    case 'TruncatedNormal':
      return () => config.mean + config.stddev * truncated(random)
    case 'Identity':
      return (i: number) => (Math.floor(i / columns) === i % columns ? config.gain : 0)
    case 'Orthogonal': {
      const q = orthogonal(product(shape) / columns, columns, random)
      return (i: number) => config.gain * q[i]!
    }
    case 'VarianceScaling':
      return scaled(config, shape, random)
    default:
      return scaled({ ...SCALINGS[name] }, shape, random)
  }
}

/** Fills a tensor of the given shape as Keras documents the initialiser, from our own stream. */
export const initialise = (
  into: Float32Array,
  shape: Shape,
  initialiser: Initialiser,
  random: Random
): void => {
  const draw = elements(initialiser, shape, random)
  for (let i = 0; i < into.length; i++) into[i] = draw(i)
}
