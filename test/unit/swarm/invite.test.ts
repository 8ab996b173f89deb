import { createHash } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import test from 'ava'
import { isSigned, makeInvite, passFor } from '../../../src/network/door/signing.ts'
import { keyOf, peerNameOf } from '../../../src/network/peer-name.ts'
import { seeded } from '../../../src/random.ts'
import { toBase64url } from '../../../src/swarm/base64url.ts'
import {
  inviteDigest,
  inviteText,
  parseInvite,
  passClaims,
  passDigest,
  passSchema
} from '../../../src/swarm/invite.ts'
import { CREATOR, CREATOR_SEED } from '../../helpers/signed-swarm.ts'

const HASH = 'c0ffee0123456789'.repeat(4)
const TERMS = { expires: 1_800_000_000_123, uses: 7 }
const JOINER = await peerNameOf(new Uint8Array(32).fill(3))

test('should sign what docs/protocol.md says', (t) => {
  const key = new Uint8Array(32).fill(9)
  const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return hash.digest()
  }
  const numbers = Buffer.alloc(12)
  numbers.writeBigUInt64BE(1_800_000_000_123n, 0)
  numbers.writeUInt32BE(7, 8)
  const hash = Buffer.from(HASH, 'hex')
  t.deepEqual(
    Buffer.from(inviteDigest(HASH, key, TERMS)),
    sha256('swarmgrad/invite/1', hash, key, numbers)
  )
  t.deepEqual(Buffer.from(passDigest(HASH, JOINER)), sha256('swarmgrad/pass/1', hash, JOINER))
})

test('should make a pass that is good for one peer of one swarm', async (t) => {
  const invite = await makeInvite(HASH, CREATOR_SEED, TERMS)
  t.deepEqual(parseInvite(inviteText(invite)), invite)
  const pass = await passFor(invite, HASH, JOINER)
  t.deepEqual(passSchema.parse(pass), pass)
  t.true(encode(pass).byteLength <= 220, 'presence has room for it')
  const key = (await keyOf(invite.seed)).publicKey.raw
  t.deepEqual(Buffer.from(pass.key), Buffer.from(key))
  const holds = (hash: string, creator: string, peer: string, shown = pass) =>
    Promise.all(passClaims(hash, creator, peer, shown).map(isSigned))
  t.deepEqual(await holds(HASH, CREATOR, JOINER), [true, true])
  t.deepEqual(await holds(HASH, CREATOR, CREATOR), [true, false], 'another peer shows it')
  t.deepEqual(await holds(HASH, JOINER, JOINER), [false, true], 'another creator')
  t.deepEqual(await holds('0'.repeat(64), CREATOR, JOINER), [false, false], 'another swarm')
  t.deepEqual(await holds(HASH, CREATOR, JOINER, { ...pass, uses: 0 }), [false, true])
  t.deepEqual(await holds(HASH, CREATOR, JOINER, { ...pass, expires: 0 }), [false, true])
})

test('should make no invite that nobody could keep', async (t) => {
  for (const terms of [
    { expires: -1, uses: 0 },
    { expires: 0.5, uses: 0 },
    { expires: 0, uses: 4097 },
    { expires: 0, uses: -1 },
    { expires: 0, uses: 1.5 }
  ]) {
    await t.throwsAsync(makeInvite(HASH, CREATOR_SEED, terms), { name: 'InvalidInputError' })
  }
})

test('should take nothing else for an invite', async (t) => {
  const invite = await makeInvite(HASH, CREATOR_SEED, TERMS)
  const text = inviteText(invite)
  for (const wrong of [
    '',
    'x',
    text.slice(1),
    text.slice(0, -1),
    `${text}A`,
    'A'.repeat(100_000),
    toBase64url(encode({ ...invite, more: 1 })),
    toBase64url(encode({ ...invite, uses: 5000 })),
    toBase64url(encode({ ...invite, seed: new Uint8Array(31) })),
    toBase64url(encode([invite]))
  ]) {
    t.is(parseInvite(wrong), null, wrong.slice(0, 80))
  }
  const random = seeded(2)
  for (let i = 0; i < 1000; i++) {
    const at = random.integer(text.length)
    const damaged = text.slice(0, at) + 'abcXYZ019-_'[random.integer(11)] + text.slice(at + 1)
    t.notThrows(() => parseInvite(damaged))
  }
})
