import { createTopology } from '../../consensus/topologies.ts'
import { seeded } from '../../random.ts'
import {
  defaultControl,
  deltaOptionsSchema,
  logBytesOf,
  maxDensityOf
} from '../../strategy/delta-set/options.ts'
import { federatedOptionsSchema } from '../../strategy/federated-averaging/options.ts'
import { gossipOptionsSchema } from '../../strategy/gossip-averaging/options.ts'
import { placesOf, serverOptionsSchema } from '../../strategy/parameter-server/options.ts'
import { momentsOf as momentsOfServer } from '../../strategy/parameter-server/server-optimizer.ts'
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

/** Strategies that always hold the same. */
const OTHERS: Readonly<Record<string, Pick<Held, 'vectors' | 'kept' | 'perNeighbour'>>> = {
  // Replica, theta, momentum, residual, and three of one step, its sum in float64; the parts of two rounds.
  diloco: { vectors: 8, kept: 4, perNeighbour: 2 },
  // Replica, mass, what local steps began with; the sums of a flow in each direction.
  sgp: { vectors: 3, kept: 2, perNeighbour: 2 }
}

/** Strategies whose peers talk to all others, whatever the topology. */
const ALL_OF_THEM: readonly string[] = [
  'diloco',
  'federated-averaging',
  'parameter-server',
  'ring-all-reduce'
]

const hasSlowMomentum = ({ strategy }: Manifest): boolean =>
  strategy.name === 'gossip-averaging' && gossipOptionsSchema.parse(strategy).slowMomentum > 0

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
  const other = OTHERS[manifest.strategy.name]
  if (other !== undefined) return { ...other, isDense: true, logBytes: 0, codeBytes: 0 }
  if (manifest.strategy.name === 'parameter-server') return heldByServer(manifest)
  if (manifest.strategy.name === 'federated-averaging') return heldByClient(manifest)
  if (manifest.strategy.name === 'ring-all-reduce') return heldByRing(manifest)
  const slow = hasSlowMomentum(manifest) ? 2 : 0
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

/** Of a parameter server: the replica, what the round began with, and of each shard served its vectors. */
const heldByServer = (manifest: Manifest): Held => {
  const options = serverOptionsSchema.parse(manifest.strategy)
  const { shards, replicas } = placesOf(options, manifest.shards)
  const residual = manifest.compression.name === 'none' ? 0 : 1
  // One more than its share: of somebody who has died.
  const served = Math.min(shards, Math.ceil((shards * replicas) / manifest.shards) + 1)
  const moments = momentsOfServer(options.server)
  // Parameters, what is gathered and what is decoded; while a copy is made or taken, all of them again.
  const working = (2 * served * (3 + moments)) / shards
  return {
    vectors: 2 + residual + 2 / shards + working,
    kept: 2 + residual + (served * (2 + moments)) / shards,
    perNeighbour: 0,
    isDense: true,
    logBytes: 0,
    codeBytes: 0
  }
}

/** Of federated averaging: what a client has, and what a coordinator has beside it, as every peer may be one. */
const heldByClient = (manifest: Manifest): Held => {
  const { algorithm, server } = federatedOptionsSchema.parse(manifest.strategy)
  const residual = manifest.compression.name === 'none' ? 0 : 1
  const hasControl = algorithm.name === 'scaffold'
  // The model, and c behind it.
  const given = hasControl ? 2 : 1
  const pieces = 2 + momentsOfServer(server)
  // c_i, c - c_i and the next c_i; or what pulls the steps back.
  const local = hasControl ? 3 : algorithm.name === 'fedprox' ? 1 : 0
  return {
    // What is decoded; the update and its code; all pieces again while they are copied or taken.
    vectors: 1 + given + residual + local + given * (2 * pieces + 3),
    kept: 1 + given + residual + (hasControl ? 2 : 0) + given * pieces,
    perNeighbour: 0,
    isDense: true,
    logBytes: 0,
    codeBytes: 0
  }
}

const heldByRing = (manifest: Manifest): Held => {
  const feedback = manifest.compression.name === 'none' ? 0 : 1
  return {
    // The replica, the own part and the sum; what codes lose, of this step and the next, and to code it;
    // what waits for the next member; a state on its way here.
    vectors: 3 + 3 * feedback + 1 + (1 + momentsOf(manifest)),
    kept: 2 + feedback,
    perNeighbour: 0,
    isDense: false,
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
export const neighboursOf = ({ strategy, topology, shards }: Manifest): number =>
  ALL_OF_THEM.includes(strategy.name)
    ? shards - 1
    : createTopology(topology, seeded(0)).maxDegree(shards)
