import { encode } from '@ipld/dag-cbor'
import test from 'ava'
import { verifyEnvelope } from '../../../src/network/door/verify-envelope.ts'
import { seeded } from '../../../src/random.ts'
import { strategyProblems, withDefaults } from '../../../src/strategy/strategy-problems.ts'
import { cidOf } from '../../../src/swarm/cid.ts'
import {
  encodeEnvelope,
  MAX_ENVELOPE_BYTES,
  manifestDigest,
  openEnvelope
} from '../../../src/swarm/envelope.ts'
import { manifestHash } from '../../../src/swarm/manifest.ts'
import { CREATOR, manifestOf, signedOf } from '../../helpers/signed-swarm.ts'

const RULES = { problems: strategyProblems, withDefaults }
const open = (bytes: Uint8Array, expected: string | null = null) =>
  openEnvelope(bytes, expected, RULES)

test('should give the manifest that was put in', async (t) => {
  const manifest = manifestOf({ admission: { kind: 'invite' }, ends: 2e12 })
  const { bytes, hash, signature, cid } = await signedOf({
    admission: { kind: 'invite' },
    ends: 2e12
  })
  t.is(hash, manifestHash(manifest))
  t.is(cid, cidOf(hash))
  t.deepEqual(open(bytes, hash), {
    signed: { manifest, hash, signature },
    problems: [],
    fault: null
  })
  t.deepEqual((await verifyEnvelope(bytes, hash)).signed?.manifest, manifest)
})

const envelope = (manifest: object, change: object = {}): Uint8Array =>
  encode({ format: 'swarmgrad/manifest/1', manifest, signature: new Uint8Array(64), ...change })

const without = (manifest: object, key: string): object =>
  Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== key))

const MANIFEST = manifestOf()

/** What is wrong with it, and whether another source may do better. */
for (const [what, bytes, fault, problem] of [
  ['nothing', new Uint8Array(), 'source', 'envelope: is no dag-cbor'],
  ['a text', encode('hello'), 'source', '(document): must be an object, is "hello"'],
  ['another format', envelope(MANIFEST, { format: 'x' }), 'source', 'format: unknown value "x"'],
  [
    'half a signature',
    envelope(MANIFEST, { signature: new Uint8Array(32) }),
    'source',
    'signature: expected 64 bytes'
  ],
  ['more than belongs there', envelope(MANIFEST, { code: 'x' }), 'source', 'code: unknown key'],
  [
    'too many bytes',
    new Uint8Array(MAX_ENVELOPE_BYTES + 1),
    'source',
    `envelope: has ${MAX_ENVELOPE_BYTES + 1} bytes, more than the ${MAX_ENVELOPE_BYTES} that are allowed`
  ],
  [
    'lists in lists',
    new Uint8Array(1 << 20).fill(0x81),
    'source',
    'envelope: is nested more than 32 deep'
  ],
  [
    'millions of values',
    encode(new Array(400_000).fill(0)),
    'source',
    'envelope: has more than 300,000 values'
  ],
  ['no manifest at all', envelope({}), 'manifest', 'manifest.name: missing'],
  [
    'a manifest with a field that nobody knows',
    envelope({ ...MANIFEST, optimiser: 'x' }),
    'manifest',
    'manifest.optimiser: unknown key'
  ],
  [
    'a manifest that asks for too much',
    envelope({ ...MANIFEST, training: { ...MANIFEST.training, batch: 1e9 } }),
    'manifest',
    'manifest.training.batch: must be at most 65536, is 1000000000'
  ],
  [
    'a strategy with options that it does not have',
    envelope({ ...MANIFEST, strategy: { name: 'delta-set', alpah: 1 } }),
    'manifest',
    'manifest.strategy.alpah: unknown key'
  ],
  [
    'a strategy that nobody knows',
    envelope({ ...MANIFEST, strategy: { name: 'x' } }),
    'manifest',
    "manifest.strategy.name: unknown strategy 'x'"
  ],
  [
    'a manifest that leaves out a default',
    envelope(without(MANIFEST, 'compression')),
    'manifest',
    'manifest: leaves out what has a default, so that its hash is not that of the swarm'
  ],
  [
    'a strategy that leaves out its defaults',
    envelope({ ...MANIFEST, strategy: { name: 'delta-set' } }),
    'manifest',
    'manifest: leaves out what has a default, so that its hash is not that of the swarm'
  ],
  [
    'a manifest without a creator',
    envelope(without(MANIFEST, 'creator')),
    'manifest',
    'manifest.creator: missing: nobody stands for this manifest'
  ]
] as const) {
  test(`should refuse ${what}`, (t) => {
    const { signed, problems, fault: whose } = open(bytes)
    t.is(signed, null)
    t.is(whose, fault)
    t.true(
      problems.some(({ path, rule }) => `${path}: ${rule}` === problem),
      problems.map(({ path, rule }) => `${path}: ${rule}`).join('\n')
    )
  })
}

test('should refuse another manifest than the one asked for before anything else about it', (t) => {
  const bytes = envelope({ ...MANIFEST, name: 'another', code: 1 })
  const { problems, fault } = open(bytes, manifestHash(MANIFEST))
  t.is(fault, 'source')
  t.regex(problems[0]!.rule, /^is another one: bafyrei/)
})

test('should refuse the same manifest in another form of CBOR', async (t) => {
  const { bytes } = await signedOf()
  // 4 shards as one byte more: the same number.
  const at = Buffer.from(bytes).indexOf(Buffer.from('fshards')) + 7
  t.is(bytes[at], 4)
  const longer = Uint8Array.of(...bytes.subarray(0, at), 0x18, 4, ...bytes.subarray(at + 1))
  t.is(open(longer).signed, null)
})

test('should refuse a manifest that somebody else has signed, or nobody', async (t) => {
  const { bytes, signature, hash } = await signedOf()
  const forged = encodeEnvelope(
    MANIFEST,
    signature.map((byte) => byte ^ 1)
  )
  const unsigned = encodeEnvelope(MANIFEST, new Uint8Array(64))
  for (const wrong of [forged, unsigned]) {
    t.not(open(wrong, hash).signed, null, 'the signature is looked at elsewhere')
    const { signed, problems, fault } = await verifyEnvelope(wrong, hash)
    t.is(signed, null)
    t.is(fault, 'source')
    t.is(problems[0]?.rule, `was not made by ${CREATOR}, who is said to be its creator`)
  }
  t.not((await verifyEnvelope(bytes, null)).signed, null)
})

test('should sign what its name says, and with the key of the creator only', async (t) => {
  const { hash, signature } = await signedOf()
  const other = await signedOf({ seed: 2 })
  t.notDeepEqual(manifestDigest(hash), manifestDigest(other.hash))
  t.notDeepEqual(signature, other.signature)
  await t.throwsAsync(
    signedOf({ creator: '12D3KooWGRUbxSGpuMCSWpZs3rDkRzFCX1ZbhwSJVvAaLKZ4sRTU' }),
    {
      message: /and the key is that of/
    }
  )
})

test('should survive whatever damage is done to it', async (t) => {
  const { bytes, hash } = await signedOf()
  const random = seeded(8)
  for (let i = 0; i < 1500; i++) {
    const damaged = bytes.slice(
      0,
      random.next() < 0.5 ? bytes.length : random.integer(bytes.length)
    )
    if (damaged.length > 0) damaged[random.integer(damaged.length)]! ^= 1 << random.integer(8)
    const { signed, problems } = open(damaged, hash)
    // A flipped bit of the signature is found by the key.
    if (signed !== null) t.is((await verifyEnvelope(damaged, hash)).signed, null)
    else t.true(problems.length > 0)
  }
})
