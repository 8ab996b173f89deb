import { decode, encode } from '@ipld/dag-cbor'
import test from 'ava'
import { cborParts } from '../../../src/storage/cbor-parts.ts'

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i)

const MAPS: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
  ['nothing', {}],
  ['small values', { kind: 'own', b: 1, a: [1.5, null, { x: true }], bytes: bytes(3) }],
  [
    'large byte strings',
    { zz: bytes(65_536), log: bytes(65_535), a: bytes(70_000), é: bytes(65_536) }
  ],
  ['many fields', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i * i}`, i]))]
]

for (const [what, map] of MAPS) {
  test(`the parts of a map of ${what} should be its DAG-CBOR, byte for byte`, (t) => {
    const whole = Buffer.concat(cborParts(map))
    t.true(whole.equals(encode(map)))
    t.deepEqual(decode(new Uint8Array(whole)), map)
  })
}

test('a large byte string should not be copied', (t) => {
  const log = bytes(100_000)
  t.true(cborParts({ log }).some((part) => part === log))
})
