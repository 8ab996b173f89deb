import { createHash } from 'node:crypto'
import test from 'ava'
import { CID } from 'multiformats/cid'
import { seeded } from '../../../src/random.ts'
import { cidOf, parseCid } from '../../../src/swarm/cid.ts'

test('should name a document as IPFS does', (t) => {
  // The empty map, whose dag-cbor form is the byte a0.
  const hash = createHash('sha256').update(Uint8Array.of(0xa0)).digest('hex')
  t.is(cidOf(hash), 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua')
})

/** Base 32 as one large number: 288 bits, filled up to 290. */
const byNumber = (hex: string): string => {
  let number = BigInt(`0x01711220${hex}`) << 2n
  let text = ''
  for (let digit = 0; digit < 58; digit++) {
    text = 'abcdefghijklmnopqrstuvwxyz234567'[Number(number & 31n)]! + text
    number >>= 5n
  }
  return `b${text}`
}

test('should agree with base 32 computed on one large number', (t) => {
  const random = seeded(4)
  for (let i = 0; i < 100; i++) {
    const hex = Array.from({ length: 64 }, () => random.integer(16).toString(16)).join('')
    t.is(cidOf(hex), byNumber(hex))
  }
})

test('should give the hash again, as another implementation does', (t) => {
  const random = seeded(5)
  for (let i = 0; i < 100; i++) {
    const hex = Array.from({ length: 64 }, () => random.integer(16).toString(16)).join('')
    t.is(parseCid(cidOf(hex)), hex)
    t.is(CID.parse(cidOf(hex)).toString(), cidOf(hex))
  }
})

const GOOD = cidOf('ab'.repeat(32))

for (const [what, text] of Object.entries({
  nothing: '',
  'a CID that was cut off': GOOD.slice(0, -1),
  'a CID with more behind it': `${GOOD}a`,
  'another base': `B${GOOD.slice(1).toUpperCase()}`,
  'a letter that base 32 lacks': `${GOOD.slice(0, -2)}1${GOOD.at(-1)}`,
  // Two bits of the last letter stand for nothing.
  'bits left over': `${GOOD.slice(0, -1)}${GOOD.at(-1) === 'x' ? 'y' : 'x'}`,
  'a CID of version 0': 'QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n',
  'a CID of raw bytes': CID.createV1(0x55, CID.parse(GOOD).multihash).toString()
})) {
  test(`should take no hash from ${what}`, (t) => {
    t.is(parseCid(text), null)
  })
}
