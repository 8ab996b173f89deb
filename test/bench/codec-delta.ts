/** The delta code over a vector, timed. */
import {
  addDelta,
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions
} from '../../src/compression/delta/index.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import type { Bytes, Vector } from '../../src/vector/vector.ts'
import { measure, type Row } from './codec-timing.ts'

const DENSITY = 0.01
const WEIGHT = 0.25
/** Deltas that a receiver takes in turn. */
const TURNS = 8

const openCode = (
  vector: Vector,
  values: DeltaCodeOptions['values'],
  selection: DeltaCodeOptions['selection'] = { kind: 'global' }
) => {
  const layout = layoutOf([{ name: 'all', shape: [vector.length] }])
  const options = { layout, values, selection, maxDensity: 0.05, maxScale: 2 ** 30 }
  const encoder = createDeltaEncoder(options)
  encoder.residual.set(vector)
  return {
    residual: encoder.residual,
    decoder: createDeltaDecoder(options),
    encode: (): Bytes => encoder.encode(DENSITY, WEIGHT)!
  }
}

/** The residual is put back between two runs where it was coded, so that memory stays as it was. */
export const timeEncoding = (
  name: string,
  vector: Vector,
  ...code: [DeltaCodeOptions['values'], DeltaCodeOptions['selection']?]
): Row => {
  const { residual, decoder, encode } = openCode(vector, ...code)
  let bytes = encode()
  const putBack = (): void => {
    const { count, indices } = decoder.decode(bytes)
    for (let i = 0; i < count; i++) residual[indices[i]!] = vector[indices[i]!]!
  }
  const work = (): void => {
    bytes = encode()
  }
  return measure(name, work, putBack)
}

/** e = 0.999 e + (theta 2^-24 - x) */
const feedBack = (residual: Vector, theta: Int32Array, x: Vector): void => {
  for (let i = 0; i < residual.length; i++) {
    residual[i] = 0.999 * residual[i]! + (theta[i]! * 2 ** -24 - x[i]!)
  }
}

/** A receiver's work on several one-bit deltas in turn, and a sender's before it encodes. */
export const timeOthers = (vector: Vector): Row[] => {
  const { residual, decoder, encode } = openCode(vector, 'one-bit')
  const deltas = Array.from({ length: TURNS }, encode)
  const theta = new Int32Array(vector.length)
  let turn = 0
  const next = (): Bytes => deltas[turn++ % TURNS]!
  return [
    measure('check', () => void decoder.check(next())),
    measure('decode', () => void decoder.decode(next())),
    measure('decode and apply', () => addDelta(theta, decoder.decode(next()), -1)),
    measure('error feedback', () => feedBack(residual, theta, vector)),
    measure(
      'encode one-bit, all just written',
      () => void encode(),
      () => residual.set(vector)
    )
  ]
}

/** Bytes of a payload for each value in it, everything included. */
export const bytesPerValue = (vector: Vector, values: DeltaCodeOptions['values']): number => {
  const { decoder, encode } = openCode(vector, values)
  const bytes = encode()
  return bytes.length / decoder.decode(bytes).count
}
