/**
 * swarmgrad: training a model together without a server. `createPeer` puts a peer into another program,
 * `simulate` a whole swarm; docs/library.md has both, with a trainer of one's own.
 *
 * @example
 * import { createPeer, simulate } from 'swarmgrad'
 * const peer = await createPeer({ link: 'swarmgrad:bafyrei...', state: 'state' })
 * await peer.finished
 */
export type { Compressor } from './compression/compressor.ts'
export { createCompressor } from './compression/index.ts'
export {
  type ConsensusDistance,
  consensusDistance,
  meanDrift
} from './consensus/consensus-distance.ts'
export { edgeWeight, mixingMatrix } from './consensus/mixing-weights.ts'
export { spectralGap } from './consensus/spectral-gap.ts'
export { createTopology } from './consensus/topologies.ts'
export type { Graph, Topology } from './consensus/topology.ts'
export { InvalidInputError, type Problem, RunFailedError } from './errors.ts'
export { type PeerConfig, parsePeerConfig } from './peer/config.ts'
export { type CreatePeerOptions, createPeer, type EmbeddedPeer } from './peer/create-peer.ts'
export type { PeerStatus } from './peer/monitor/status.ts'
export { type Peer, startPeer } from './peer/peer.ts'
export { type Random, seeded } from './random.ts'
export { type LiveOptions, runLive } from './simulation/live/live-run.ts'
export type { Progress, RunOptions } from './simulation/run-options.ts'
export { parseScenario, type Scenario } from './simulation/scenario.ts'
export { type SimulateOptions, simulate } from './simulation/simulate.ts'
export { summarise } from './simulation/summarise.ts'
export { runVirtual } from './simulation/virtual-run.ts'
export { loadReplica, saveReplica } from './storage/replica-file.ts'
export { type Results, resultsSchema } from './storage/results.ts'
export { type RoundRecord, roundRecordSchema } from './storage/round-record.ts'
export { STRATEGIES } from './strategy/registry.ts'
export type {
  Compute,
  Effect,
  Kinds,
  Protocol,
  ProtocolEvent,
  Strategy,
  Trainer
} from './strategy/strategy.ts'
export { formatLink, parseLink, type SwarmLink } from './swarm/link.ts'
export { type Manifest, manifestHash, manifestSchema } from './swarm/manifest.ts'
export type {
  CreateTrainer,
  OwnEvaluation,
  OwnTrainer,
  TrainerSetup
} from './training/custom/own-trainer.ts'
export { type Layout, layoutOf } from './vector/layout.ts'
export type { Vector } from './vector/vector.ts'
