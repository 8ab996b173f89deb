/**
 * The safetensors format (Hugging Face): u64 little-endian header length, a JSON header with dtype,
 * shape and byte range of each tensor, then the data. Only what a peer keeps: F32, F64 and I32.
 */
import { z } from 'zod'
import { InvalidInputError } from '../errors.ts'
import type { SavedVector } from '../vector/saved.ts'

export interface NamedTensor {
  readonly shape: readonly number[]
  readonly data: SavedVector
}

export type Tensors = Readonly<Record<string, NamedTensor>>

/** Words about the file, which tools such as Python's library show. */
export type Metadata = Readonly<Record<string, string>>

const HEADER_LENGTH_BYTES = 8
const ALIGNMENT = 8
/** Room for thousands of tensors; a longer header is no file of ours. */
const MAX_HEADER = 1 << 20
const METADATA = '__metadata__'

const TYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const
type Dtype = keyof typeof TYPES

const dtypeOf = (data: SavedVector): Dtype => {
  if (data instanceof Float64Array) return 'F64'
  return data instanceof Int32Array ? 'I32' : 'F32'
}

const tensorSchema = z.strictObject({
  dtype: z.enum(['F32', 'F64', 'I32']),
  shape: z.array(z.int().min(0)).max(32),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)])
})
const headerSchema = z.record(z.string(), tensorSchema)
const metadataSchema = z.record(z.string(), z.string()).default({})

type Header = z.output<typeof headerSchema>

const bytesOf = ({ buffer, byteOffset, byteLength }: SavedVector): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** The file in parts, one after the other: the tensors' own memory is not copied. */
export const safetensorsParts = (tensors: Tensors, metadata: Metadata = {}): Uint8Array[] => {
  const header: Record<string, unknown> =
    Object.keys(metadata).length > 0 ? { [METADATA]: metadata } : {}
  let at = 0
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const padding = (ALIGNMENT - (text.byteLength % ALIGNMENT)) % ALIGNMENT
  const length = Buffer.alloc(HEADER_LENGTH_BYTES)
  length.writeBigUInt64LE(BigInt(text.byteLength + padding))
  return [
    Buffer.concat([length, text, Buffer.alloc(padding, ' ')]),
    ...Object.values(tensors).map(({ data }) => bytesOf(data))
  ]
}

export const safetensorsBytes = (tensors: Tensors, metadata: Metadata = {}): Uint8Array =>
  Buffer.concat(safetensorsParts(tensors, metadata))

const damaged = (path: string, rule: string): InvalidInputError =>
  new InvalidInputError([
    {
      path,
      rule: `is no whole safetensors file: ${rule}`,
      remedy: 'write it again, or give another one'
    }
  ])

/** The tensors of a header as they lie in the file; empty ones first where several begin. */
const inOrder = (header: Header): Array<[string, Header[string]]> =>
  Object.entries(header).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]
  )

const readHeader = (file: Buffer, path: string) => {
  if (file.byteLength < HEADER_LENGTH_BYTES) throw damaged(path, 'too short for a header')
  const headerLength = file.readBigUInt64LE()
  const start = HEADER_LENGTH_BYTES + Number(headerLength)
  if (headerLength > MAX_HEADER || start > file.byteLength) throw damaged(path, 'header too long')
  let json: unknown
  try {
    json = JSON.parse(file.toString('utf8', HEADER_LENGTH_BYTES, start))
  } catch {
    throw damaged(path, 'header is not JSON')
  }
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
  const { [METADATA]: words, ...rest } = (isObject ? json : {}) as Record<string, unknown>
  const header = headerSchema.safeParse(rest)
  const metadata = metadataSchema.safeParse(words)
  if (!isObject || !header.success || !metadata.success) {
    throw damaged(path, 'header does not describe F32, F64 or I32 tensors')
  }
  return { start, header: header.data, metadata: metadata.data }
}

export interface ParsedSafetensors {
  readonly tensors: Record<string, NamedTensor>
  readonly metadata: Metadata
}

/**
 * `path`: what the bytes are called in errors.
 * @throws InvalidInputError when they are not a whole safetensors file of F32, F64 and I32 tensors
 */
export const parseSafetensors = (bytes: Uint8Array, path: string): ParsedSafetensors => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { start, header, metadata } = readHeader(file, path)
  const tensors: Record<string, NamedTensor> = {}
  // Every byte of the data belongs to one tensor, so that a small file cannot become a large replica.
  let at = 0
  for (const [name, { dtype, shape, data_offsets }] of inOrder(header)) {
    const [from, to] = data_offsets
    const Type = TYPES[dtype]
    const size = Type.BYTES_PER_ELEMENT * shape.reduce((product, side) => product * side, 1)
    if (from !== at || to - from !== size || start + to > file.byteLength) {
      throw damaged(path, `tensor ${name} does not lie in the file, or not by itself`)
    }
    at = to
    const own = new Uint8Array(size)
    own.set(file.subarray(start + from, start + to))
    tensors[name] = { shape, data: new Type(own.buffer) }
  }
  if (start + at !== file.byteLength) throw damaged(path, 'more data than its tensors have')
  return { tensors, metadata }
}
