import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import test from 'ava'
import { peerNameOf } from '../../../src/network/peer-name.ts'
import { peerIdSchema } from '../../../src/swarm/admission.ts'
import { peerIdOf } from '../../../src/swarm/peer-id.ts'

test('should name a key as libp2p does', async (t) => {
  for (let i = 0; i < 20; i++) {
    const seed = new Uint8Array(32).fill(i)
    const { publicKey } = await generateKeyPairFromSeed('Ed25519', seed)
    const name = peerIdOf(publicKey.raw)
    t.is(name, await peerNameOf(seed))
    t.is(peerIdSchema.parse(name), name)
  }
})
