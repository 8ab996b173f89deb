import type { ClipConfig } from '../swarm/recipe.ts'
import type { Layout, TensorSlot } from '../vector/layout.ts'
import { norm, scale, type Vector } from '../vector/vector.ts'

/** What a parameter counts as at the least, so that zeros can learn (Brock et al. 2021). */
export const LEAST_NORM = 1e-3

/** Columns of a tensor [..., units] that are clipped on their own; a tensor of one side is one unit. */
export const unitsOf = ({ shape, size }: TensorSlot): { units: number; rows: number } => {
  const units = shape.length > 1 ? shape.at(-1)! : 1
  return { units, rows: size / units }
}

const clipTensor = (gradient: Vector, largest: number): void => {
  const length = norm(gradient)
  if (length > largest) scale(largest / length, gradient)
}

/** Sums of squares, column by column. // values [rows, units] -> [units] */
const squares = (values: Vector, units: number): Float64Array => {
  const sums = new Float64Array(units)
  for (let at = 0; at < values.length; at += units) {
    for (let unit = 0; unit < units; unit++) sums[unit] = sums[unit]! + values[at + unit]! ** 2
  }
  return sums
}

/** G_u *= min(1, share max(|W_u|, 1e-3) / |G_u|) (Brock et al. 2021, eq. 3). // both [rows, units] */
const clipUnits = (gradient: Vector, replica: Vector, units: number, share: number): void => {
  const lengths = squares(gradient, units)
  const sizes = squares(replica, units)
  const factors = lengths.map((length, unit) => {
    const largest = share * Math.max(Math.sqrt(sizes[unit]!), LEAST_NORM)
    return length > largest * largest ? largest / Math.sqrt(length) : 1
  })
  if (factors.every((factor) => factor === 1)) return
  for (let at = 0; at < gradient.length; at += units) {
    for (let unit = 0; unit < units; unit++) {
      gradient[at + unit] = gradient[at + unit]! * factors[unit]!
    }
  }
}

/**
 * Shrinks a finite gradient, in place: to a global norm (Pascanu et al. 2013, Alg. 1), tensor by tensor, or
 * unit by unit against the parameters (adaptive gradient clipping). // both [parameters]
 */
export const clipGradient = (
  clip: ClipConfig,
  { tensors }: Layout,
  gradient: Vector,
  replica: Vector
): void => {
  if (clip === null) return
  if (typeof clip === 'number') {
    clipTensor(gradient, clip)
    return
  }
  for (const tensor of tensors) {
    const { offset, size } = tensor
    const part = gradient.subarray(offset, offset + size)
    if (clip.by === 'tensor') clipTensor(part, clip.norm)
    else {
      const parameters = replica.subarray(offset, offset + size)
      clipUnits(part, parameters, unitsOf(tensor).units, clip.share)
    }
  }
}
