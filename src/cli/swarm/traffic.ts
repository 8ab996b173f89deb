import { createCompressor } from '../../compression/index.ts'
import { neighboursOf } from '../../peer/limits/vectors.ts'
import { deltaBytes } from '../../strategy/delta-set/budget.ts'
import { deltaOptionsSchema, maxDensityOf } from '../../strategy/delta-set/options.ts'
import {
  drawnOf,
  federatedOptionsSchema,
  replicasOf
} from '../../strategy/federated-averaging/options.ts'
import { placesOf, serverOptionsSchema } from '../../strategy/parameter-server/options.ts'
import { PIECE_HEADER } from '../../strategy/ring-all-reduce/codec.ts'
import { ringOptionsSchema } from '../../strategy/ring-all-reduce/options.ts'
import { sgpOptionsSchema } from '../../strategy/sgp/options.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { FRAME_OVERHEAD } from '../../wire/frame.ts'

/** Of an exchange of gossip averaging, beside its payload (docs/protocol.md), with its frame. */
const EXCHANGE_BYTES = 17 + FRAME_OVERHEAD

/**
 * Bytes that a member sends in one round, on average, while all expected members train; it receives as
 * many. Of delta-set: every message of every other member once.
 */
export const roundBytes = (manifest: Manifest, parameters: number): number => {
  const { strategy, shards, compression } = manifest
  if (strategy.name === 'delta-set') {
    const { density, values } = deltaOptionsSchema.parse(strategy)
    const valueBits = values === 'one-bit' ? 1 : 2
    return Math.max(1, shards - 1) * deltaBytes(density, { parameters, valueBits })
  }
  const payload = createCompressor(compression).maxBytes(parameters)
  if (strategy.name === 'parameter-server') {
    const { replicas } = placesOf(serverOptionsSchema.parse(strategy), shards)
    // Every update goes to the primary and from there to its backups; the parameters come back whole.
    return shards === 1 ? 0 : replicas * payload + 4 * parameters
  }
  if (strategy.name === 'sgp') {
    const { targets } = sgpOptionsSchema.parse(strategy)
    return Math.min(targets, neighboursOf(manifest)) * (EXCHANGE_BYTES + payload)
  }
  if (strategy.name === 'federated-averaging') {
    const options = federatedOptionsSchema.parse(strategy)
    const vectors = options.algorithm.name === 'scaffold' ? 2 : 1
    // Who is drawn is sent the model, and its update goes to the coordinator and from there to the standbys.
    const each = vectors * (replicasOf(options, shards) * payload + 4 * parameters)
    return shards === 1 ? 0 : (drawnOf(options, shards) * each) / shards
  }
  // Once around the ring to be added, once to be told.
  if (strategy.name === 'ring-all-reduce') return (2 * (shards - 1) * payload) / shards
  return neighboursOf(manifest) * (EXCHANGE_BYTES + payload)
}

/** The largest message, about. */
export const largestBody = (manifest: Manifest, parameters: number): number => {
  const { strategy } = manifest
  if (strategy.name === 'federated-averaging') {
    const { algorithm } = federatedOptionsSchema.parse(strategy)
    return (algorithm.name === 'scaffold' ? 8 : 4) * parameters + EXCHANGE_BYTES
  }
  if (strategy.name === 'ring-all-reduce') {
    return Math.min(ringOptionsSchema.parse(strategy).bucketBytes, 4 * parameters) + PIECE_HEADER
  }
  if (strategy.name !== 'delta-set') return 4 * parameters + EXCHANGE_BYTES
  const density = maxDensityOf(deltaOptionsSchema.parse(strategy))
  return deltaBytes(density, { parameters, valueBits: 2 })
}
