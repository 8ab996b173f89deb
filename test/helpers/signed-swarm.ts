/** A swarm with a creator, for tests of all that strangers are told about one. */
import { signEnvelope } from '../../src/network/door/signing.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import { withDefaults } from '../../src/strategy/strategy-problems.ts'
import { type Manifest, manifestSchema } from '../../src/swarm/manifest.ts'

export const CREATOR_SEED = new Uint8Array(32).fill(200)
export const CREATOR = await peerNameOf(CREATOR_SEED)

/** With every default written out. */
export const manifestOf = (fields: object = {}): Manifest & { creator: string } => {
  const manifest = manifestSchema.parse({
    name: 'a swarm of strangers',
    shards: 4,
    layout: 'ab'.repeat(32),
    creator: CREATOR,
    model: { name: 'quadratic', parameters: 64 },
    data: { name: 'none' },
    training: { learningRate: 0.1, steps: 100 },
    strategy: { name: 'delta-set' },
    topology: { name: 'full' },
    ...fields
  })
  const strategy = withDefaults(manifest.strategy)
  return { ...manifest, strategy, creator: manifest.creator ?? CREATOR }
}

export const signedOf = (fields: object = {}) => signEnvelope(manifestOf(fields), CREATOR_SEED)
