import { InvalidInputError } from '../errors.ts'

/** Which parts of a split dataset are read, beside the test. */
export interface Wanted {
  /** @default all of them */
  readonly shards?: readonly number[]
  /** What `data.validation` keeps aside. @default true */
  readonly validation?: boolean
  /** The most that may be kept in memory, in bytes. @default 2 ** 30 */
  readonly maxBytes?: number
}

/** A gibibyte: 350,000 images of 32 x 32 in colour. */
export const MAX_DATA_BYTES = 2 ** 30

/** @throws InvalidInputError where `what` needs more memory than it may have. */
export const checkMemory = (bytes: number, { maxBytes = MAX_DATA_BYTES }: Wanted, what: string) => {
  if (bytes <= maxBytes) return
  const rule = `must fit into ${maxBytes} bytes of memory, its ${what} take ${bytes}`
  const remedy = 'take more peers, so that each has a smaller part, or less data'
  throw new InvalidInputError([{ path: 'data', rule, remedy }])
}
