import test from 'ava'
import { givenReplica } from '../../../../../src/training/tensors/layers/given-replica.ts'
import { layoutOf } from '../../../../../src/vector/layout.ts'

const LAYOUT = layoutOf([
  { name: 'a/kernel', shape: [2, 3] },
  { name: 'a/bias', shape: [3] }
])
const weight = (name: string, shape: number[]) => ({ name, shape, dtype: 'float32' })
const MANIFEST = [
  { paths: ['one.bin'], weights: [weight('a/bias', [3])] },
  { paths: ['two.bin', 'three.bin'], weights: [weight('a/kernel', [2, 3])] }
]
/** Bytes of a count, at an odd place in their memory. */
const bytesOf = (values: readonly number[]) => {
  const memory = new Uint8Array(1 + 4 * values.length)
  const view = new DataView(memory.buffer, 1)
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true)
  return memory.subarray(1)
}
const VALUES = [1, 2, 3, 4, 5, 6, 7, 8, 9]

test('should put tensors where the layout has them', (t) => {
  const replica = givenReplica(LAYOUT, MANIFEST, bytesOf(VALUES))
  t.deepEqual([...replica], [4, 5, 6, 7, 8, 9, 1, 2, 3])
})

const other = (weights: object[]) => [{ paths: ['one.bin'], weights }]

for (const [what, manifest, values, message] of [
  ['no list', { weights: [] }, VALUES, /^weightsManifest: /],
  [
    'quantised tensors',
    other([{ ...weight('a/bias', [3]), quantization: { min: 0 } }]),
    VALUES,
    /quantization: unknown key/
  ],
  ['integers', other([{ ...weight('a/bias', [3]), dtype: 'int32' }]), VALUES, /dtype/],
  ['an unknown tensor', other([weight('b', [3])]), VALUES, /no tensor "b" of \[3\]/],
  ['another shape', other([weight('a/bias', [4])]), VALUES, /no tensor "a\/bias" of \[4\]/],
  [
    'a tensor twice',
    other([weight('a/bias', [3]), weight('a/bias', [3])]),
    VALUES,
    /or has it twice/
  ],
  ['a missing tensor', other([weight('a/bias', [3])]), VALUES.slice(0, 3), /lacks a\/kernel/],
  ['too few bytes', MANIFEST, VALUES.slice(1), /has 32 bytes, the layout takes 36/],
  ['too many bytes', MANIFEST, [...VALUES, 0], /has 40 bytes, the layout takes 36/],
  ['values that are not finite', MANIFEST, VALUES.map((v) => v / 0), /not finite/]
] as const) {
  test(`should refuse ${what}`, (t) => {
    t.throws(() => givenReplica(LAYOUT, manifest, bytesOf(values)), {
      name: 'InvalidInputError',
      message
    })
  })
}
