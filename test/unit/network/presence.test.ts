import { decode, encode } from '@ipld/dag-cbor'
import test from 'ava'
import { type Announcement, presenceBytes, presenceSchema } from '../../../src/network/presence.ts'
import { presenceIn } from '../../../src/network/presence-topic.ts'
import { seeded } from '../../../src/random.ts'

const PLAIN = { round: 3, loss: 0.5, addresses: ['/ip4/192.0.2.1/tcp/4001'] }
/** What a member's clock says. */
const AT = 1_763_733_600_000
const DEFAULTS = {
  at: AT,
  role: 'trainer' as const,
  leaving: false,
  links: [],
  replica: null,
  pass: null,
  final: null
}
const bytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => index)
const PASS = {
  key: bytes(32),
  expires: AT + 1000,
  uses: 4096,
  signature: bytes(64),
  claim: bytes(64)
}
const FINAL = { hash: bytes(32), samples: 1e12, signature: bytes(64) }
const NAME = '12D3KooWGRUbxSGpuMCSWpZs3rDkRzFCX1ZbhwSJVvAaLKZ4sRTU'
const HASHES = { cut: '0123456789abcdef', hash: 'f'.repeat(16) }

test('should carry all that a member says', (t) => {
  const said = {
    ...PLAIN,
    role: 'observer' as const,
    leaving: true,
    links: ['KZ4sRTUa'],
    replica: HASHES,
    pass: PASS,
    final: FINAL
  }
  t.deepEqual(presenceIn(presenceBytes(said, AT)), { at: AT, ...said })
})

test('should take what is left out as the schema says', (t) => {
  t.deepEqual(presenceIn(presenceBytes(PLAIN, AT)), { ...PLAIN, ...DEFAULTS })
  t.deepEqual(presenceIn(encode({ ...PLAIN, at: AT })), { ...PLAIN, ...DEFAULTS })
})

test('should leave out what nobody would believe', (t) => {
  const said = presenceIn(
    presenceBytes(
      {
        round: 1,
        loss: Number.POSITIVE_INFINITY,
        links: [NAME, '0OIl0OIl', 'short', ''],
        replica: { cut: 'no hexadecimal!!', hash: HASHES.hash },
        pass: { ...PASS, claim: bytes(63) },
        final: { ...FINAL, samples: 0.5 },
        addresses: ['no multiaddr', `/${'x'.repeat(200)}`, '/ip4/192.0.2.1/tcp/1 2', '/dns/a/tcp/1']
      },
      AT
    )
  )
  t.deepEqual(said, {
    ...DEFAULTS,
    round: 1,
    loss: null,
    links: [NAME.slice(-8)],
    addresses: ['/dns/a/tcp/1']
  })
})

const fits = (presence: object): boolean => encode({ at: AT, ...presence }).byteLength <= 1024

test('should fit, whatever is to be said: links go first, the last address last', (t) => {
  const random = seeded(5)
  const letter = (): string => 'abcdefgh'[random.integer(8)]!
  const text = (length: number): string => Array.from({ length }, letter).join('')
  let shortened = 0
  let fewer = 0
  for (let i = 0; i < 500; i++) {
    const said = {
      round: random.integer(1e9),
      loss: random.next(),
      role: 'bootstrap',
      leaving: false,
      links: Array.from({ length: 10 + random.integer(3) }, () => text(8)),
      replica: random.next() < 0.2 ? null : HASHES,
      addresses: Array.from({ length: 4 }, () => `/${text(195 + random.integer(5))}`)
    } satisfies Announcement
    let expected = said
    for (let links = said.links.length; links >= 0; links--) {
      expected = { ...said, links: said.links.slice(0, links) }
      if (fits(expected)) break
    }
    for (let count = said.addresses.length; !fits(expected); count--) {
      expected = { ...expected, addresses: said.addresses.slice(0, count) }
    }
    const sent = presenceBytes(said, AT)
    t.true(sent.byteLength <= 1024)
    t.deepEqual(decode(sent), { at: AT, ...expected })
    if (expected.links.length < said.links.length) shortened++
    if (expected.addresses.length < said.addresses.length) fewer++
  }
  t.true(shortened > 20, `links were shortened in ${shortened} of 500`)
  t.is(fewer, 0, 'four addresses of 200 characters fit without links')
})

test('should keep pass, end and an address, however little else fits', (t) => {
  const addresses = Array.from({ length: 4 }, (_, index) => `/${String(index).repeat(199)}`)
  const links = Array.from({ length: 12 }, () => 'abcdefgh')
  const said = { ...PLAIN, role: 'bootstrap' as const, replica: HASHES, pass: PASS, final: FINAL }
  const sent = presenceBytes({ ...said, addresses, links }, AT)
  t.true(sent.byteLength <= 1024)
  const heard = presenceIn(sent)!
  t.deepEqual(heard.pass, PASS)
  t.deepEqual(heard.final, FINAL)
  t.deepEqual(heard.addresses, addresses.slice(0, 2))
  t.deepEqual(heard.links, [])
})

for (const [what, change] of Object.entries<object>({
  'a cut that is no hexadecimal': { replica: { ...HASHES, cut: '<script>alert(1)' } },
  'a hash that is too long': { replica: { ...HASHES, hash: 'a'.repeat(17) } },
  'a hash in capitals': { replica: { ...HASHES, hash: 'F'.repeat(16) } },
  'a link that is no name': { links: ['<b>bold!'] },
  'a link that is too long': { links: [NAME] },
  'too many links': { links: Array.from({ length: 13 }, () => 'abcdefgh') },
  'a role of its own': { role: 'leader' },
  'an address with a line break': { addresses: ['/ip4/192.0.2.1/tcp/1\nlevel=fatal'] },
  'an address with an escape sequence': { addresses: ['/\u001b[2J'] },
  'an address that is none': { addresses: ['javascript:alert(1)'] },
  'too many addresses': { addresses: ['/a', '/b', '/c', '/d', '/e'] },
  'a round that is none': { round: 1.5 },
  'a goodbye that is no yes or no': { leaving: 1 },
  'a moment that is none': { at: -1 },
  'a pass without a claim': { pass: { key: PASS.key } },
  'a pass that is too long': { pass: { ...PASS, key: bytes(33) } },
  'an end without a hash': { final: { ...FINAL, hash: 'f'.repeat(64) } },
  'more than it should say': { comment: 'x' }
})) {
  test(`should not believe ${what}`, (t) => {
    t.false(presenceSchema.safeParse({ ...PLAIN, at: AT, ...change }).success)
    t.is(presenceIn(encode({ ...PLAIN, at: AT, ...change })), null)
  })
}

test('should not believe what is longer than a presence, nor damaged bytes', (t) => {
  const bytes = presenceBytes({ ...PLAIN, pass: PASS, final: FINAL }, AT)
  t.is(presenceIn(new Uint8Array([...bytes, ...new Uint8Array(1024)])), null)
  const random = seeded(6)
  for (let i = 0; i < 500; i++) {
    const damaged = bytes.slice(0, random.integer(bytes.length + 1))
    if (damaged.length > 0) damaged[random.integer(damaged.length)]! ^= 1 << random.integer(8)
    t.notThrows(() => presenceIn(damaged))
  }
})
