/** Peers of a signed swarm on loopback, as far as strangers see them. */
import type { ExecutionContext } from 'ava'
import { Gatekeeper } from '../../src/network/door/gatekeeper.ts'
import { ManifestServer } from '../../src/network/door/manifest-server.ts'
import { type SignedEnvelope, signEnvelope } from '../../src/network/door/signing.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import { withDefaults } from '../../src/strategy/strategy-problems.ts'
import { type Manifest, manifestSchema } from '../../src/swarm/manifest.ts'
import { Admissions } from '../../src/swarm/passes.ts'
import { recipeWith } from '../helpers/recipe.ts'
import { createPeer, type Peer, seedOf } from './network-harness.ts'

export const CREATOR = seedOf(99)

export interface Swarm extends SignedEnvelope {
  readonly manifest: Manifest
}

/** Signed by its creator; `fields` replace those of the manifest. */
export const signedSwarm = async (fields: Partial<Manifest> = {}): Promise<Swarm> => {
  const recipe = recipeWith()
  const manifest = manifestSchema.parse({
    name: 'strangers',
    shards: 4,
    layout: 'ab'.repeat(32),
    creator: await peerNameOf(CREATOR),
    ...recipe,
    strategy: withDefaults(recipe.strategy),
    ...fields
  })
  return { manifest, ...(await signEnvelope(manifest, CREATOR)) }
}

/** `envelope`: what it gives out for the manifest; null: nothing. */
export const memberOf = (
  t: ExecutionContext,
  { manifest, hash, cid, bytes }: Swarm,
  seed: number,
  envelope: Uint8Array | null = bytes
): Promise<Peer> => {
  const gatekeeper = new Gatekeeper(new Admissions(manifest, hash))
  return createPeer(t, seed, {
    manifestHash: hash,
    door: { program: 'swarmgrad 0.1.0', gatekeeper, pass: null },
    parts: envelope === null ? [] : [new ManifestServer({ cid, envelope }).part]
  })
}
