import type { PeerDetail, Results } from '../../../src/storage/results.ts'

export const detail = (peer: number, fields: Partial<PeerDetail> = {}): PeerDetail => ({
  peer,
  status: 'finished',
  rows: 1000 + peer,
  rounds: 200,
  accuracy: 0.95 + peer / 1000,
  loss: 0.2,
  alone: 0.5,
  bytesSent: 4_012_345,
  bytesReceived: 4_012_345,
  sentByKind: {},
  missed: 0,
  skippedSteps: 0,
  divergedRounds: 0,
  rejected: {},
  chosen: {},
  classes: [500 + peer, 500],
  link: null,
  stepMs: 5,
  replicaHash: null,
  ...fields
})

export const RESULTS: Results = {
  schema: 'swarmgrad/results/1',
  scenario: 'quickstart',
  seed: 1,
  mode: 'virtual',
  strategy: 'gossip-averaging',
  peers: 3,
  rounds: 200,
  interrupted: false,
  backend: 'wasm',
  model: { name: 'mlp', parameters: 101_770 },
  data: { name: 'glyphs', partition: { kind: 'iid' } },
  accuracy: { mean: 0.951, worst: 0.95, best: 0.952, consensusModel: 0.953 },
  loss: { mean: 0.2, worst: 0.2 },
  alone: { accuracy: 0.5, worst: 0.4, best: 0.6 },
  consensus: {
    distance: 0.0345,
    meanDrift: 2.7e-16,
    distinctReplicas: 3,
    initial: null,
    roundsToGoal: null,
    rate: null,
    predictedRate: null
  },
  bytes: {
    sentPerPeer: 4_012_345,
    sentWorstPeer: 4_012_345,
    perPeerPerRound: 20_061,
    ratioToAllReduce: 327.1,
    socketPerPeer: null
  },
  seconds: { wall: 31.23, virtual: 12.04, compute: 20 },
  faults: { injected: {}, observed: {}, log: [] },
  peersDetail: [detail(0), detail(1), detail(2)],
  history: [],
  command: [],
  document: null,
  validation: null,
  confusion: null,
  baselines: [],
  graphs: []
}
