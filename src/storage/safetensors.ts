/**
 * The safetensors file format (Hugging Face): u64 little-endian header length, a JSON header with
 * dtype, shape and byte range of each tensor, then the data. Only what a replica needs: F32 and F64.
 */
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { InvalidInputError } from '../errors.ts'
import { writeFileAtomic } from './atomic-file.ts'

export interface NamedTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

const HEADER_LENGTH_BYTES = 8
const ALIGNMENT = 8
/** Room for thousands of tensors; a longer header is no file of ours. */
const MAX_HEADER = 1 << 20
const MAX_FILE = 2 ** 31

const headerSchema = z.record(
  z.string(),
  z.strictObject({
    dtype: z.enum(['F32', 'F64']),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)])
  })
)

type Header = z.output<typeof headerSchema>

export const writeSafetensors = (
  path: string,
  tensors: Readonly<Record<string, NamedTensor>>
): Promise<void> => {
  const header: z.input<typeof headerSchema> = {}
  let at = 0
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const dtype = data instanceof Float64Array ? 'F64' : 'F32'
    header[name] = { dtype, shape: [...shape], data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const padding = (ALIGNMENT - (text.byteLength % ALIGNMENT)) % ALIGNMENT
  const length = Buffer.alloc(HEADER_LENGTH_BYTES)
  length.writeBigUInt64LE(BigInt(text.byteLength + padding))
  const parts = Object.values(tensors).map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  )
  return writeFileAtomic(path, Buffer.concat([length, text, Buffer.alloc(padding, ' '), ...parts]))
}

const damaged = (path: string, rule: string): InvalidInputError =>
  new InvalidInputError([{ path, rule, remedy: 'write the file again' }])

/** The tensors of a header as they lie in the file; empty ones first where several begin. */
const inOrder = (header: Header): Array<[string, Header[string]]> =>
  Object.entries(header).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]
  )

/** Throws InvalidInputError when the file is not a whole safetensors file of F32 and F64 tensors. */
export const readSafetensors = async (path: string): Promise<Record<string, NamedTensor>> => {
  const { size } = await stat(path)
  if (size > MAX_FILE) throw damaged(path, `larger than ${MAX_FILE} bytes`)
  const file = await readFile(path)
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
  const header = headerSchema.safeParse(json)
  if (!header.success) throw damaged(path, 'header does not describe F32 or F64 tensors')
  const tensors: Record<string, NamedTensor> = {}
  // Every byte of the data belongs to one tensor, so that a small file cannot become a large replica.
  let at = 0
  for (const [name, { dtype, shape, data_offsets }] of inOrder(header.data)) {
    const [from, to] = data_offsets
    const width = dtype === 'F64' ? 8 : 4
    const size = width * shape.reduce((product, side) => product * side, 1)
    if (from !== at || to - from !== size || start + to > file.byteLength) {
      throw damaged(path, `tensor ${name} does not lie in the file, or not by itself`)
    }
    at = to
    const bytes = new Uint8Array(size)
    bytes.set(file.subarray(start + from, start + to))
    const data = dtype === 'F64' ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer)
    tensors[name] = { shape, data }
  }
  if (start + at !== file.byteLength) throw damaged(path, 'more data than its tensors have')
  return tensors
}
