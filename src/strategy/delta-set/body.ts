/** The head of a delta's body: 15 bytes or more that go with the payload and are signed with it. */
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
  /** What its origin's deltas count for, over others' worth; a float32. Left out: all count the same. */
  readonly worth?: number
}

export const HEAD_BYTES = 15

const FLAG_LAST = 1
const FLAG_LOSS = 2
/** Eight bytes after the head say how many numbers before this one are void. */
const FLAG_SKIPS = 4
/** Then four bytes say what its origin counts for. */
const FLAG_WORTH = 8
/** The upper half of the flags' byte. */
const HALVINGS_SHIFT = 4
export const MAX_HALVINGS = 10
const SKIP_BYTES = 8
const HALF_WORD = 2 ** 32
/** With the longest skip. */
export const MAX_HEAD_BYTES = HEAD_BYTES + SKIP_BYTES
/** More, where a head says what its origin counts for. */
export const WORTH_BYTES = 4
const MAX_WORTH = 2 ** 30

/** The weight's unit: it is a whole number of these. */
const WEIGHT_ONE = 2 ** 24

/** A weight that travels without being changed. */
export const wholeWeight = (weight: number): number =>
  Math.max(1, Math.round(weight * WEIGHT_ONE)) / WEIGHT_ONE

/** A worth that travels without being changed. */
export const wholeWorth = (worth: number): number => Math.fround(Math.min(MAX_WORTH, worth))

const worthBytes = (worth: number): Uint8Array => {
  const bytes = new Uint8Array(WORTH_BYTES)
  new DataView(bytes.buffer).setFloat32(0, worth)
  return bytes
}

/** `skips`: how many numbers before this delta's are void (decision 0012). */
export const writeBody = (head: DeltaHead, payload: Bytes, skips = 0): Bytes => {
  const writer = new ByteWriter()
    .u8(
      (head.last ? FLAG_LAST : 0) |
        (head.loss === null ? 0 : FLAG_LOSS) |
        (skips === 0 ? 0 : FLAG_SKIPS) |
        (head.worth === undefined ? 0 : FLAG_WORTH) |
        (head.halvings << HALVINGS_SHIFT)
    )
    .u32(head.samples)
    .u16(head.steps)
    .u16(toFiniteHalf(head.stepMs))
    .u16(head.loss === null ? 0 : toFiniteHalf(head.loss))
    .u32(Math.round(head.weight * WEIGHT_ONE))
  if (skips > 0) writer.u32(Math.floor(skips / HALF_WORD)).u32(skips % HALF_WORD)
  if (head.worth !== undefined) writer.bytes(worthBytes(head.worth))
  return writer.bytes(payload).done()
}

const has = (flag: number, body: Uint8Array): boolean => ((body[0] ?? 0) & flag) !== 0

const skipping = (body: Uint8Array): boolean => has(FLAG_SKIPS, body)

const worthAt = (body: Uint8Array): number => HEAD_BYTES + (skipping(body) ? SKIP_BYTES : 0)

export const payloadOf = (body: Uint8Array): Bytes =>
  body.subarray(worthAt(body) + (has(FLAG_WORTH, body) ? WORTH_BYTES : 0)) as Bytes

const skipsOf = (body: Uint8Array): number => {
  if (!skipping(body)) return 0
  if (body.length < MAX_HEAD_BYTES) return Number.NaN
  const view = new DataView(body.buffer, body.byteOffset + HEAD_BYTES)
  return view.getUint32(0) * HALF_WORD + view.getUint32(4)
}

/** Null: none is told. */
const worthOf = (body: Uint8Array): number | null | 'cut off' => {
  if (!has(FLAG_WORTH, body)) return null
  const at = worthAt(body)
  if (body.length < at + WORTH_BYTES) return 'cut off'
  return new DataView(body.buffer, body.byteOffset + at).getFloat32(0)
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
  const worth = worthOf(body)
  if (reader.failed || halvings > MAX_HALVINGS || !halves || worth === 'cut off') return 'body'
  if (skipping(body) && !(skipsOf(body) > 0)) return 'body'
  if (weight === 0 || weight > WEIGHT_ONE) return 'weight'
  if (worth !== null && !(worth > 0 && worth <= MAX_WORTH)) return 'weight'
  return {
    last: (flags & FLAG_LAST) !== 0,
    samples,
    steps,
    stepMs: fromHalf(stepMs),
    loss: (flags & FLAG_LOSS) === 0 ? null : fromHalf(loss),
    weight: weight / WEIGHT_ONE,
    halvings,
    ...(worth !== null && { worth })
  }
}
