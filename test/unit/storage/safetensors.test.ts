import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { readSafetensors, writeSafetensors } from '../../../src/storage/safetensors.ts'
import { folder } from './folder.ts'

/** The format by hand: header length u64 little-endian, JSON, data. */
const file = (header: unknown, data: Uint8Array, length?: bigint): Buffer => {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(length ?? BigInt(text.byteLength))
  return Buffer.concat([size, text, data])
}

const f32 = (from: number, to: number, shape: readonly number[] = [(to - from) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to]
})

test('should lay out the bytes as the format says', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  await writeSafetensors(path, {
    w: { shape: [2, 1], data: Float32Array.of(1, -2) },
    b: { shape: [1], data: Float64Array.of(0.5) }
  })
  const header =
    '{"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},' +
    '"b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}'
  // Padded with spaces to a multiple of eight, so that the data of the file is aligned.
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8)
  const data = Buffer.from('0000803f000000c0000000000000e03f', 'hex')
  t.deepEqual(await readFile(path), file(padded, data))
})

test('should read a file made by hand', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  const data = Buffer.alloc(20)
  for (const [i, value] of [1.5, -0.25, 3e38].entries()) data.writeFloatLE(value, 4 * i)
  data.writeDoubleLE(Math.PI, 12)
  // An odd header length: nothing in the file is aligned.
  const header = { m: f32(0, 12, [1, 3]), d: { dtype: 'F64', shape: [], data_offsets: [12, 20] } }
  await writeFile(path, file(`${JSON.stringify(header)} `, data))
  t.deepEqual(await readSafetensors(path), {
    m: { shape: [1, 3], data: Float32Array.of(1.5, -0.25, 3e38) },
    d: { shape: [], data: Float64Array.of(Math.PI) }
  })
})

test('should give back what was written', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  const random = seeded(2)
  const tensors = {
    'dense/kernel': {
      shape: [7, 3],
      data: Float32Array.from({ length: 21 }, () => random.normal())
    },
    empty: { shape: [0, 4], data: new Float32Array(0) },
    scalar: { shape: [], data: Float32Array.of(-0) },
    special: { shape: [3], data: Float64Array.of(Number.NaN, Infinity, 5e-324) },
    whole: { shape: [2, 1], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
    'a name with "quotes" and \u00e9': { shape: [1], data: Float32Array.of(1) }
  }
  await writeSafetensors(path, tensors)
  t.deepEqual(await readSafetensors(path), tensors)
})

test('should write the part of a larger buffer that it was given', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  const all = Float32Array.of(1, 2, 3, 4)
  await writeSafetensors(path, { x: { shape: [2], data: all.subarray(1, 3) } })
  t.deepEqual((await readSafetensors(path))['x']?.data, Float32Array.of(2, 3))
})

const refused = async (t: ExecutionContext, path: string): Promise<string> => {
  const read = readSafetensors(path).then((tensors) => `${Object.keys(tensors).length} tensors`)
  const error = await t.throwsAsync(read, { instanceOf: InvalidInputError })
  t.is(error?.problems.length, 1)
  t.is(error?.problems[0]?.path, path)
  return error?.problems[0]?.rule ?? ''
}

const eight = new Uint8Array(8)

const BROKEN: ReadonlyArray<readonly [string, Uint8Array]> = [
  ['an empty file', new Uint8Array()],
  ['seven bytes', new Uint8Array(7)],
  ['a header longer than the file', file({ x: f32(0, 8) }, eight, 1000n)],
  ['a header length of 2^64 - 1', file({ x: f32(0, 8) }, eight, 2n ** 64n - 1n)],
  ['a header length of 2^63', file({ x: f32(0, 8) }, eight, 2n ** 63n)],
  ['a header of more than a mebibyte', file(' '.repeat(2 ** 20 + 1), eight)],
  ['a header of length 0', file('', eight)],
  ['a header that is no JSON', file('{"x":', eight)],
  ['a header that is an array', file([], eight)],
  ['a header that is null', file('null', eight)],
  ['a header that is a number', file('5', new Uint8Array())],
  ['metadata that is no words', file({ __metadata__: { round: 3 }, x: f32(0, 8) }, eight)],
  ['an unknown dtype', file({ x: { ...f32(0, 8), dtype: 'I64' } }, eight)],
  ['half precision', file({ x: { ...f32(0, 8, [4]), dtype: 'F16' } }, eight)],
  ['a tensor without offsets', file({ x: { dtype: 'F32', shape: [2] } }, eight)],
  ['an unknown field', file({ x: { ...f32(0, 8), size: 8 } }, eight)],
  ['a negative side', file({ x: f32(0, 8, [-2]) }, eight)],
  ['a broken side', file({ x: f32(0, 8, [1.5]) }, eight)],
  ['a negative offset', file({ x: f32(-8, 0, [2]) }, eight)],
  ['offsets the wrong way round', file({ x: f32(8, 0, [2]) }, eight)],
  ['a shape larger than its bytes', file({ x: f32(0, 8, [3]) }, eight)],
  ['a shape smaller than its bytes', file({ x: f32(0, 8, [1]) }, eight)],
  ['a shape whose size overflows', file({ x: f32(0, 8, [2 ** 52, 2 ** 52, 2 ** 52]) }, eight)],
  ['bytes beyond the end', file({ x: f32(4, 12) }, eight)],
  ['a tensor of two gibibytes', file({ x: f32(0, 2 ** 31) }, eight)],
  ['two tensors in the same bytes', file({ x: f32(0, 8), y: f32(0, 8) }, eight)],
  ['two tensors that overlap', file({ x: f32(0, 8), y: f32(4, 12) }, new Uint8Array(12))],
  ['bytes that belong to no tensor', file({ x: f32(0, 4), y: f32(8, 12) }, new Uint8Array(12))],
  ['bytes after the last tensor', file({ x: f32(0, 8) }, new Uint8Array(12))]
]

for (const [what, bytes] of BROKEN) {
  test(`should refuse ${what}, with the path of the file`, async (t) => {
    const path = join(await folder(t), 'broken.safetensors')
    await writeFile(path, bytes)
    t.not(await refused(t, path), '')
  })
}

test('should not mind the order in which the header names the tensors', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  await writeFile(
    path,
    file({ y: f32(4, 8), x: f32(0, 4) }, Buffer.from('0000803f00000040', 'hex'))
  )
  const { x, y } = await readSafetensors(path)
  t.deepEqual([x?.data, y?.data], [Float32Array.of(1), Float32Array.of(2)])
})

test('should refuse a file that was cut anywhere', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  await writeSafetensors(path, { x: { shape: [6], data: new Float32Array(6).fill(1) } })
  const whole = await readFile(path)
  for (let length = 0; length < whole.byteLength; length++) {
    await writeFile(path, whole)
    await truncate(path, length)
    t.not(await refused(t, path), '', `cut to ${length} bytes`)
  }
})

test('should either refuse a damaged file or read it, and never fail otherwise', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  await writeSafetensors(path, { x: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } })
  const whole = await readFile(path)
  const random = seeded(7)
  let refusals = 0
  for (let i = 0; i < 400; i++) {
    const bytes = Buffer.from(whole)
    const at = random.integer(bytes.byteLength)
    bytes[at] = bytes[at]! ^ (1 << random.integer(8))
    await writeFile(path, bytes)
    const read = await readSafetensors(path).catch((error: Error) => error)
    if (!(read instanceof Error)) continue
    t.is(read.name, 'InvalidInputError', `${read.message} (byte ${at})`)
    refusals++
  }
  t.true(refusals > 100, `only ${refusals} files were refused`)
})

test('should not multiply a small file into many tensors of the same bytes', async (t) => {
  const path = join(await folder(t), 'x.safetensors')
  const header = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`t${i}`, f32(0, 1 << 20)])
  )
  await writeFile(path, file(header, new Uint8Array(1 << 20)))
  const before = process.memoryUsage().arrayBuffers
  await refused(t, path)
  // The file itself is read; five thousand copies of its data would be five gibibytes.
  t.true(process.memoryUsage().arrayBuffers - before < 16 * 2 ** 20)
})
