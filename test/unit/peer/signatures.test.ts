import { generateKeyPairFromSeed, publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PeerId, PublicKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import test from 'ava'
import { peerNameOf } from '../../../src/network/peer-name.ts'
import { Signatures } from '../../../src/peer/signatures.ts'

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, 'hex'))

/** RFC 8032, section 7.1, test 3. */
const SEED = bytes('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7')
const PUBLIC = bytes('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025')
const DIGEST = bytes('af82')
const SIGNATURE = bytes(
  '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
    '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'
)
/** The same key; @libp2p/crypto takes its types from another version of the interface. */
const idOf = (key: Uint8Array): PeerId =>
  peerIdFromPublicKey(publicKeyFromRaw(key) as unknown as PublicKey)

const NAME = idOf(PUBLIC).toString()

test('should sign and verify as RFC 8032 and libp2p do', async (t) => {
  const signatures = new Signatures(SEED)
  t.deepEqual(await signatures.sign(DIGEST), SIGNATURE)
  t.is(await peerNameOf(SEED), NAME)
  const claim = { signer: NAME, digest: DIGEST, signature: SIGNATURE }
  t.deepEqual(await signatures.verify([claim]), [true])
  const key = await generateKeyPairFromSeed('Ed25519', SEED)
  t.deepEqual(Uint8Array.from(await key.sign(DIGEST)), SIGNATURE)
})

test('should answer for each of many claims in its place', async (t) => {
  const seeds = Array.from({ length: 20 }, (_, i) => new Uint8Array(32).fill(i + 1))
  const claims = await Promise.all(
    seeds.map(async (seed, i) => {
      const digest = new Uint8Array(32).fill(i)
      const signature = await new Signatures(seed).sign(digest)
      // Every third one is wrong, each in another part.
      if (i % 3 === 0) signature[(7 * i) % 64]! ^= 1 << (i % 8)
      return { signer: await peerNameOf(seed), digest, signature }
    })
  )
  const valid = await new Signatures(SEED).verify(claims)
  t.deepEqual(
    valid,
    seeds.map((_, i) => i % 3 !== 0)
  )
})

test('names that stand for no Ed25519 key should have signed nothing', async (t) => {
  const verifier = new Signatures(SEED)
  // x = 0 with the sign bit set, and a y that is on no point of the curve.
  const noPoints = [`01${'00'.repeat(30)}80`, `02${'00'.repeat(31)}`].map((hex) =>
    idOf(bytes(hex)).toString()
  )
  const names = [
    '',
    'peer-00001',
    '12D3KooW',
    `${NAME} `,
    // The same key spelt as a CID.
    idOf(PUBLIC).toCID().toString(),
    // secp256k1 and RSA.
    '16Uiu2HAkyoV3Ns7bLuTjNdLHVGEJRJ4ZnCVEMBdzwTZLcvQwZfWE',
    'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
    ...noPoints
  ]
  const claims = names.map((signer) => ({ signer, digest: DIGEST, signature: SIGNATURE }))
  for (let again = 0; again < 2; again++) {
    t.deepEqual(
      await verifier.verify(claims),
      names.map(() => false)
    )
  }
})

test('signatures of another length should be wrong, not a crash', async (t) => {
  const lengths = [0, 1, 63, 65, 200]
  const claims = lengths.map((length) => ({
    signer: NAME,
    digest: DIGEST,
    signature: new Uint8Array(length)
  }))
  t.deepEqual(
    await new Signatures(SEED).verify(claims),
    lengths.map(() => false)
  )
})
