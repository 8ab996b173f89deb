import { createTopology } from '../../consensus/topologies.ts'
import { seeded } from '../../random.ts'
import {
  defaultControl,
  deltaOptionsSchema,
  logBytesOf,
  maxDensityOf
} from '../../strategy/delta-set/options.ts'
import { gossipOptionsSchema } from '../../strategy/gossip-averaging/options.ts'
import type { Manifest } from '../../swarm/manifest.ts'

/** What a strategy holds of vectors as long as the replica, and beside them. */
export interface Held {
  /** Vectors that it computes with. */
  readonly vectors: number
  /** Of them, and the replica: those that go into a checkpoint. */
  readonly kept: number
  /** Vectors for every neighbour. */
  readonly perNeighbour: number
  /** Its messages are about the whole replica. */
  readonly isDense: boolean
  /** Bytes of deltas for those who lack them. */
  readonly logBytes: number
  /** Bytes that its codes need beside vectors. */
  readonly codeBytes: number
}

/** An index and a value of a decoded delta; one decoder on either thread, and an encoder. */
const CODE_BYTES = 8
const CODES = 3

/** By what src/strategy/NAME/compute.ts allocates. */
export const heldBy = (manifest: Manifest, parameters: number, diagnostics: boolean): Held => {
  if (manifest.strategy.name === 'delta-set') {
    const options = deltaOptionsSchema.parse(manifest.strategy)
    const control = options.controlVariates ?? defaultControl(manifest.training.optimizer)
    const corrections = control === 0 ? 0 : 1
    // The fixed-point base, the replica and the residual; and a snapshot for who joins.
    return {
      vectors: 3 + corrections + 1,
      kept: 3 + corrections,
      perNeighbour: 0,
      isDense: false,
      logBytes: logBytesOf(options, parameters),
      codeBytes: CODES * CODE_BYTES * maxDensityOf(options) * parameters
    }
  }
  const { slowMomentum } = gossipOptionsSchema.parse(manifest.strategy)
  const slow = slowMomentum > 0 ? 2 : 0
  // What mixing has added is float64.
  const mixed = diagnostics ? 2 : 0
  return {
    vectors: 2 + slow + mixed,
    kept: 1 + slow + mixed,
    perNeighbour: 2,
    isDense: true,
    logBytes: 0,
    codeBytes: 0
  }
}

/** Moments of the optimiser. */
export const momentsOf = ({ training }: Manifest): number => {
  const { optimizer } = training
  if (optimizer.name === 'adam') return 2
  return optimizer.name === 'sgd' && optimizer.momentum === 0 ? 0 : 1
}

/** The most neighbours that the topology gives anyone while all shards have a peer. */
export const neighboursOf = ({ topology, shards }: Manifest): number =>
  createTopology(topology, seeded(0)).maxDegree(shards)
