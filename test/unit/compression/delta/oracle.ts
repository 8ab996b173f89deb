import type { DeltaCodeOptions, DeltaProblem } from '../../../../src/compression/delta/index.ts'
import { largestBySorting } from '../../../contract/compressor-oracle.ts'

/** What the delta code must do, slowly: sorting, float64 and strings of bits. */

const partsOf = (values: Float32Array, { selection }: DeltaCodeOptions): Float32Array[] => {
  const run = selection.kind === 'global' ? values.length : selection.size
  const count = Math.ceil(values.length / run)
  return Array.from({ length: count }, (_, i) => values.slice(i * run, (i + 1) * run))
}

const keptOf = (density: number, length: number): number =>
  Math.min(length, Math.max(1, Math.round(density * length)))

/** Indices, ascending, of what a delta of `residual` keeps; zeros are never kept. */
export const keptBySorting = (
  residual: Float32Array,
  options: DeltaCodeOptions,
  density: number
): number[] => {
  let start = 0
  return partsOf(residual, options).flatMap((part) => {
    const kept = largestBySorting(part, keptOf(density, part.length))
    const indices = kept.filter((i) => part[i] !== 0).map((i) => start + i)
    start += part.length
    return indices
  })
}

/** Least sum of squares that two levels can leave: every cut of the sorted magnitudes is tried. */
export const leastSquares = (magnitudes: readonly number[]): number => {
  const sorted = [...magnitudes].sort((a, b) => a - b)
  const sums = [0]
  for (const x of sorted) sums.push(sums.at(-1)! + x)
  const total = sums.at(-1)!
  const squares = sorted.reduce((sum, x) => sum + x * x, 0)
  const explained = sums.map((low, cut) => {
    const below = cut > 0 ? low ** 2 / cut : 0
    const above = cut < sorted.length ? (total - low) ** 2 / (sorted.length - cut) : 0
    return below + above
  })
  return squares - Math.max(...explained)
}

/** Bits of the gaps with the best of all Rice parameters; indices within their tensor. */
export const fewestGapBits = (indices: readonly number[]): number => {
  const gaps = indices.map((index, i) => index - (indices[i - 1] ?? -1) - 1)
  const costs = Array.from({ length: 25 }, (_, r) =>
    gaps.reduce((bits, gap) => bits + Math.floor(gap / 2 ** r) + 1 + r, 0)
  )
  return Math.min(...costs)
}

export interface TensorDelta {
  readonly low: number
  readonly high: number
  /** Over the flat vector. */
  readonly indices: readonly number[]
  readonly negative: readonly boolean[]
  readonly upper: readonly boolean[]
}

/** Signed integers of a tensor, in order. */
export const integersOf = ({ low, high, negative, upper }: TensorDelta): number[] =>
  negative.map((minus, i) => (minus ? -1 : 1) * (upper[i] ? high : low))

/** Carries a problem out of the reader. */
class Refusal extends Error {
  readonly problem: DeltaProblem

  constructor(problem: DeltaProblem) {
    super(problem)
    this.problem = problem
  }
}

const refuse = (problem: DeltaProblem): never => {
  throw new Refusal(problem)
}

/** All bits of some bytes, the lowest of a byte first, as characters. */
class Bits {
  readonly #text: string
  at = 0

  constructor(bytes: Uint8Array) {
    const digits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0'))
    this.#text = digits.map((text) => [...text].reverse().join('')).join('')
  }

  number(width: number): number {
    const text = this.#text.slice(this.at, this.at + width)
    if (text.length < width) refuse('values')
    this.at += width
    return [...text].reduce((sum, digit, i) => sum + Number(digit) * 2 ** i, 0)
  }

  zeros(): number {
    const one = this.#text.indexOf('1', this.at)
    if (one < 0) refuse('values')
    const zeros = one - this.at
    this.at = one + 1
    return zeros
  }

  varint(): number {
    let value = 0
    for (let i = 0; i < 5; i++) {
      const byte = this.number(8)
      value += (byte % 128) * 128 ** i
      if (byte === 0 && i > 0) refuse('values')
      if (byte < 128) return value
    }
    return refuse('values')
  }

  get left(): number {
    return this.#text.length - this.at
  }
}

const readTensors = (bytes: Uint8Array, options: DeltaCodeOptions): (TensorDelta | null)[] => {
  const { layout, values, maxScale, maxDensity } = options
  const none = new Float32Array(layout.length)
  const most = partsOf(none, options).reduce(
    (sum, { length }) => sum + keptOf(maxDensity, length),
    0
  )
  const bits = new Bits(bytes)
  let left = most
  if (bits.number(8) !== (values === 'one-bit' ? 1 : 2)) refuse('values')
  const tensors = layout.tensors.map(({ offset, size }): TensorDelta | null => {
    const count = bits.varint()
    if (count > Math.min(size, left)) refuse('values')
    if (count === 0) return null
    left -= count
    const low = bits.varint()
    if (low === 0) refuse('scale')
    const high = low + (values === 'one-bit' ? 0 : bits.varint())
    if (high > maxScale) refuse('scale')
    const parameter = bits.number(8)
    if (parameter > 24) refuse('values')
    const indices: number[] = []
    const negative: boolean[] = []
    const upper: boolean[] = []
    for (let index = -1; indices.length < count; ) {
      index += 1 + bits.zeros() * 2 ** parameter + bits.number(parameter)
      if (index >= size) refuse('values')
      indices.push(offset + index)
      negative.push(bits.number(1) === 1)
      upper.push(high > low && bits.number(1) === 1)
    }
    if (bits.number(-bits.at & 7) !== 0) refuse('values')
    return { low, high, indices, negative, upper }
  })
  if (bits.left > 0) refuse('values')
  return tensors
}

/** The tensors of a payload, null for one without values; or what is wrong with the bytes. */
export const readSlowly = (
  bytes: Uint8Array,
  options: DeltaCodeOptions
): readonly (TensorDelta | null)[] | DeltaProblem => {
  try {
    return readTensors(bytes, options)
  } catch (error) {
    if (error instanceof Refusal) return error.problem
    throw error
  }
}

/** Bytes of tensors as any sender may write them; `parameters`: for each its Rice parameter. */
export const writeSlowly = (
  tensors: readonly (TensorDelta | null)[],
  { layout, values }: DeltaCodeOptions,
  parameters: readonly number[]
): Uint8Array => {
  const bytes = [values === 'one-bit' ? 1 : 2]
  const putVarint = (value: number): void => {
    let left = value
    for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
    bytes.push(left)
  }
  for (const [which, tensor] of tensors.entries()) {
    putVarint(tensor?.indices.length ?? 0)
    if (tensor === null) continue
    const { low, high, indices, negative, upper } = tensor
    const r = parameters[which]!
    putVarint(low)
    if (values === 'two-level') putVarint(high - low)
    bytes.push(r)
    let text = ''
    let previous = layout.tensors[which]!.offset - 1
    for (const [i, index] of indices.entries()) {
      const gap = index - previous - 1
      previous = index
      const lowBits = (gap % 2 ** r).toString(2).padStart(r, '0')
      text += `${'0'.repeat(Math.floor(gap / 2 ** r))}1`
      if (r > 0) text += [...lowBits].reverse().join('')
      text += negative[i] ? '1' : '0'
      if (high > low) text += upper[i] ? '1' : '0'
    }
    for (; text !== ''; text = text.slice(8)) {
      bytes.push(Number.parseInt([...text.slice(0, 8)].reverse().join(''), 2))
    }
  }
  return Uint8Array.from(bytes)
}
