import { InvalidInputError } from '../errors.ts'

const FLOAT = 4
/** Two moments and a correction, beside the replica and its gradient. */
export const TRAINING_VECTORS = 5
/** tfjs keeps what a program computes in place: intermediate results, and gradients of all of them. */
const TENSORS_PER_PLAN = 2

/** Of a machine whose tensors lie in its own memory. */
export interface Room {
  /** Examples of a training batch, which must fit. */
  readonly examples: number
  readonly bytes: number
}

/** Bytes that tfjs takes for what a program would plan so many for. */
export const tensorBytes = (planned: number): number => TENSORS_PER_PLAN * planned

/** Bytes that tfjs takes to train a model whose layers give so many numbers for one example. */
export const layersBytes = (parameters: number, activations: number, examples: number): number =>
  tensorBytes(FLOAT * (TRAINING_VECTORS * parameters + examples * activations))

/** In GiB, to two digits or to whole ones. */
export const gibibytes = (bytes: number): string => {
  const amount = bytes / 2 ** 30
  return amount < 10 ? amount.toPrecision(2) : Math.round(amount).toLocaleString('en')
}

/** @throws InvalidInputError where a model takes more than there is. */
export const checkMemory = (bytes: number, free: number): void => {
  if (bytes <= free) return
  const rule = `takes about ${gibibytes(bytes)} GiB with this model, ${gibibytes(free)} GiB are free`
  const remedy = 'give a smaller batch, or a smaller model'
  throw new InvalidInputError([{ path: 'training.batch', rule, remedy }])
}
