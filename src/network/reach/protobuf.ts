/** As much of protobuf as the messages of relays, AutoNAT and DCUtR need (protobuf.dev, "Encoding"). */
import type { Bytes } from '../../vector/vector.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/** By field number, in the order given; numbers go as varints, all else with its length. */
export type Fields = ReadonlyArray<readonly [field: number, value: number | Uint8Array]>

export const encodeFields = (fields: Fields): Bytes => {
  const writer = new ByteWriter()
  for (const [field, value] of fields) {
    if (typeof value === 'number') writer.varint(8 * field + VARINT).varint(value)
    else
      writer
        .varint(8 * field + LENGTH)
        .varint(value.byteLength)
        .bytes(value)
  }
  return writer.done()
}

/** What has been read of a message; a field that is missing, or of the other type, is null or empty. */
export class Message {
  readonly #values: ReadonlyMap<number, ReadonlyArray<number | Bytes>>

  constructor(values: ReadonlyMap<number, ReadonlyArray<number | Bytes>>) {
    this.#values = values
  }

  /** The last value counts. */
  number(field: number): number | null {
    const value = this.#values.get(field)?.at(-1)
    return typeof value === 'number' ? value : null
  }

  all(field: number): readonly Bytes[] {
    return (this.#values.get(field) ?? []).flatMap((value) =>
      typeof value === 'number' ? [] : [value]
    )
  }

  bytes(field: number): Bytes | null {
    return this.all(field).at(-1) ?? null
  }

  /** A message within this one. */
  message(field: number): Message | null {
    const bytes = this.bytes(field)
    return bytes === null ? null : decodeFields(bytes)
  }
}

/** Null: it is no protobuf. Never throws. Fixed widths are passed over. */
export const decodeFields = (bytes: Uint8Array): Message | null => {
  const reader = new ByteReader(bytes)
  const values = new Map<number, (number | Bytes)[]>()
  const add = (field: number, value: number | Bytes): void => {
    values.set(field, [...(values.get(field) ?? []), value])
  }
  while (reader.left > 0 && !reader.failed) {
    const key = reader.varint()
    const field = Math.floor(key / 8)
    if (key % 8 === VARINT) add(field, reader.varint())
    else if (key % 8 === LENGTH) add(field, reader.bytes(reader.varint()))
    else if (key % 8 === FIXED64) reader.bytes(8)
    else if (key % 8 === FIXED32) reader.bytes(4)
    else return null
  }
  return reader.complete ? new Message(values) : null
}
