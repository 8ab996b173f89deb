import test from 'ava'
import { digestOf, digestTag, GENESIS, hashOf } from '../../../../src/strategy/delta-set/chain.ts'
import { sameBytes } from '../../../../src/vector/same.ts'
import { hex, unhex } from './bytes.ts'

/** Made with Python's hashlib: sha256(text(domain) + manifest + text(origin) + varint(seq) + previous + hash(body)). */
const GOLDEN = [
  {
    origin: 'peer-a',
    seq: 1,
    previous: '00'.repeat(32),
    body: '010203',
    digest: 'ae43124d4846e780d273cf2cd6ca7d7d6c856f0b4d81c8721148b09559695209'
  },
  {
    origin: '12D3KooWé',
    seq: 300,
    previous: '11'.repeat(32),
    body: '',
    digest: '48d3f4d908babbf27d68b5b553e866193b0f8ac9467d64c7d0d7244dc7725157'
  }
] as const

for (const { origin, seq, previous, body, digest } of GOLDEN) {
  test(`should give the digest of number ${seq} of ${origin} as committed`, (t) => {
    const link = { origin, seq, previous: unhex(previous), bodyHash: hashOf(unhex(body)) }
    t.is(hex(digestOf('ab'.repeat(32), link)), digest)
  })
}

test('should give another digest for whatever is changed', (t) => {
  const link = { origin: 'a', seq: 5, previous: GENESIS, bodyHash: hashOf(unhex('00')) }
  const digests = [
    digestOf('00'.repeat(32), link),
    digestOf('01'.repeat(32), link),
    digestOf('00'.repeat(32), { ...link, origin: 'b' }),
    digestOf('00'.repeat(32), { ...link, seq: 6 }),
    digestOf('00'.repeat(32), { ...link, previous: hashOf(unhex('')) }),
    digestOf('00'.repeat(32), { ...link, bodyHash: hashOf(unhex('01')) })
  ]
  t.is(new Set(digests.map(hex)).size, digests.length)
})

test('should make the tag of the first four bytes, wherever the digest lies in memory', (t) => {
  const bytes = unhex('ffff0102030405060708')
  t.is(digestTag(bytes.subarray(2)), 0x01020304)
})

test('should compare bytes by what they hold', (t) => {
  t.true(sameBytes(unhex('0102'), unhex('0102')))
  t.false(sameBytes(unhex('0102'), unhex('0103')))
  t.false(sameBytes(unhex('0102'), unhex('010200')))
})
