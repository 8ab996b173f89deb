/** The head of a delta's body: 15 bytes that go with the payload and are signed with it. */
import { fromHalf, isFiniteHalf, toFiniteHalf } from '../../compression/float16.ts'
import type { Bytes } from '../../vector/vector.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

export interface DeltaHead {
  /** Its origin trains no more, until it says otherwise with another delta. */
  readonly last: boolean
  /** Rows that the local steps have seen. u32 */
  readonly samples: number
  /** Local steps. u16 */
  readonly steps: number
  /** Milliseconds that one of them took, to three digits. */
  readonly stepMs: number
  /** Mean loss over the local steps, to three digits; null: there is none. */
  readonly loss: number | null
  /** What the scales are multiplied by: at most 1. */
  readonly weight: number
  /** How often its origin would have alpha halved; at most 10. */
  readonly halvings: number
}

export const HEAD_BYTES = 15

const FLAG_LAST = 1
const FLAG_LOSS = 2
/** Eight bytes after the head say how many numbers before this one are void. */
const FLAG_SKIPS = 4
/** The upper half of the flags' byte. */
const HALVINGS_SHIFT = 4
export const MAX_HALVINGS = 10
const SKIP_BYTES = 8
const HALF_WORD = 2 ** 32
/** With the longest skip. */
export const MAX_HEAD_BYTES = HEAD_BYTES + SKIP_BYTES

/** The weight's unit: it is a whole number of these. */
const WEIGHT_ONE = 2 ** 24

/** A weight that travels without being changed. */
export const wholeWeight = (weight: number): number =>
  Math.max(1, Math.round(weight * WEIGHT_ONE)) / WEIGHT_ONE

/** `skips`: how many numbers before this delta's are void (decision 0012). */
export const writeBody = (head: DeltaHead, payload: Bytes, skips = 0): Bytes => {
  const writer = new ByteWriter()
    .u8(
      (head.last ? FLAG_LAST : 0) |
        (head.loss === null ? 0 : FLAG_LOSS) |
        (skips === 0 ? 0 : FLAG_SKIPS) |
        (head.halvings << HALVINGS_SHIFT)
    )
    .u32(head.samples)
    .u16(head.steps)
    .u16(toFiniteHalf(head.stepMs))
    .u16(head.loss === null ? 0 : toFiniteHalf(head.loss))
    .u32(Math.round(head.weight * WEIGHT_ONE))
  if (skips > 0) writer.u32(Math.floor(skips / HALF_WORD)).u32(skips % HALF_WORD)
  return writer.bytes(payload).done()
}

const skipping = (body: Uint8Array): boolean => ((body[0] ?? 0) & FLAG_SKIPS) !== 0

export const payloadOf = (body: Uint8Array): Bytes =>
  body.subarray(skipping(body) ? HEAD_BYTES + SKIP_BYTES : HEAD_BYTES) as Bytes

const skipsOf = (body: Uint8Array): number => {
  if (!skipping(body)) return 0
  if (body.length < MAX_HEAD_BYTES) return Number.NaN
  const view = new DataView(body.buffer, body.byteOffset + HEAD_BYTES)
  return view.getUint32(0) * HALF_WORD + view.getUint32(4)
}

/** The number that a delta follows: the one before its own, but for those that are void. */
export const baseOf = ({ seq, body }: { readonly seq: number; readonly body: Bytes }): number =>
  seq - 1 - skipsOf(body)

/** The head of a body, or why it is none. */
export const readHead = (body: Uint8Array): DeltaHead | 'body' | 'weight' => {
  const reader = new ByteReader(body)
  const first = reader.u8()
  const halvings = first >>> HALVINGS_SHIFT
  const flags = first % (1 << HALVINGS_SHIFT)
  const samples = reader.u32()
  const steps = reader.u16()
  const stepMs = reader.u16()
  const loss = reader.u16()
  const weight = reader.u32()
  const halves = isFiniteHalf(stepMs) && isFiniteHalf(loss) && fromHalf(stepMs) >= 0
  const known = flags <= (FLAG_LAST | FLAG_LOSS | FLAG_SKIPS) && halvings <= MAX_HALVINGS
  if (reader.failed || !known || !halves) return 'body'
  if (skipping(body) && !(skipsOf(body) > 0)) return 'body'
  if (weight === 0 || weight > WEIGHT_ONE) return 'weight'
  return {
    last: (flags & FLAG_LAST) !== 0,
    samples,
    steps,
    stepMs: fromHalf(stepMs),
    loss: (flags & FLAG_LOSS) === 0 ? null : fromHalf(loss),
    weight: weight / WEIGHT_ONE,
    halvings
  }
}
