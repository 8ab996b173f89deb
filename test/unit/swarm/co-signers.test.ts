import { createHash } from 'node:crypto'
import test from 'ava'
import { CoSigners } from '../../../src/swarm/co-signers.ts'
import { currentDigest, type Final, finalDigest, finalSchema } from '../../../src/swarm/final.ts'

const SWARM = 'ab'.repeat(32)

const finalOf = (number: number, samples = 7): Final => ({
  hash: new Uint8Array(32).fill(number),
  samples,
  signature: new Uint8Array(64).fill(number)
})

const signers = () => new CoSigners({ manifest: SWARM, admits: (peer) => !peer.startsWith('x') })

test('what is signed should be what the protocol says', (t) => {
  const hash = new Uint8Array(32).fill(5)
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(2n ** 40n + 1n)
  const expected = (purpose: string): Uint8Array =>
    Uint8Array.from(
      createHash('sha256')
        .update(purpose)
        .update(Buffer.from(SWARM, 'hex'))
        .update(hash)
        .update(number)
        .digest()
    )
  t.deepEqual(finalDigest(SWARM, hash, 2 ** 40 + 1), expected('swarmgrad/final/1'))
  t.deepEqual(currentDigest(SWARM, hash, 2 ** 40 + 1), expected('swarmgrad/current/1'))
})

test('should ask only about what fits, each once it is known', (t) => {
  const collector = signers()
  t.deepEqual(collector.heard('a', finalOf(1)), [])
  t.deepEqual(collector.heard('b', finalOf(2)), [])
  t.deepEqual(collector.heard('xc', finalOf(1)), [])
  const [claim, ...more] = collector.settle(finalOf(1))
  t.is(claim!.signer, 'a')
  t.deepEqual(more, [])
  t.true(collector.checked(claim!))
  t.false(collector.checked(claim!))
  t.deepEqual(collector.heard('a', finalOf(1)), [])
  t.deepEqual(collector.heard('d', finalOf(1, 8)), [])
  t.is(collector.heard('d', finalOf(1)).length, 1)
  t.deepEqual([...collector.signatures.keys()], ['a'])
})

test('should not grow without bounds', (t) => {
  const collector = signers()
  for (let i = 0; i < 5000; i++) collector.heard(`${i}`, finalOf(1))
  const claims = collector.settle(finalOf(1))
  t.is(claims.length, 4096)
  for (const claim of claims) collector.checked(claim)
  const [claim] = collector.heard('another', finalOf(1))
  t.false(collector.checked(claim!))
  t.is(collector.signatures.size, 4096)
})

test('should take nothing for a final statement that is none', (t) => {
  t.true(finalSchema.safeParse(finalOf(1)).success)
  const bad = [
    { ...finalOf(1), hash: new Uint8Array(31) },
    { ...finalOf(1), signature: 'signature' },
    { ...finalOf(1), samples: -1 },
    { ...finalOf(1), more: 1 }
  ]
  for (const value of bad) t.false(finalSchema.safeParse(value).success)
})
