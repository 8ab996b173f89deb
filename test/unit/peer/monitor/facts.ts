import { NO_REACHABILITY } from '../../../../src/network/reachability.ts'
import { ALARMS, type AlarmName } from '../../../../src/peer/monitor/alarms.ts'
import type { StatusFacts } from '../../../../src/peer/monitor/health.ts'
import type { Alarm, MemberStatus } from '../../../../src/peer/monitor/status.ts'

const NOON = '2026-03-01T12:00:00.000Z'

/** A trainer that trains, at round 100, alone and with nothing known: what a test changes is its matter. */
export const facts = (change: Partial<StatusFacts> = {}): StatusFacts => ({
  schema: 'swarmgrad/status/1',
  version: '0.0.0',
  pid: 1,
  startedAt: NOON,
  at: NOON,
  self: 'self',
  role: 'trainer',
  addresses: [],
  swarm: {
    name: 'swarm',
    manifest: '00',
    strategy: 'delta-set',
    topology: 'full',
    rounds: 1600,
    peers: 8
  },
  model: { name: 'mlp', parameters: 10 },
  backend: 'wasm',
  phase: 'training',
  resumesAt: null,
  joining: null,
  alarms: [],
  round: 100,
  done: null,
  medianRound: null,
  loss: null,
  accuracy: null,
  testLoss: null,
  members: [],
  reach: NO_REACHABILITY,
  links: { up: 0, wanted: 0, known: 0, noneForSeconds: null },
  bytes: {
    sent: 0,
    received: 0,
    sentByKind: {},
    socketSent: 0,
    socketReceived: 0,
    upRate: 0,
    downRate: 0
  },
  rejected: {},
  time: {
    uptimeSeconds: 0,
    computeSeconds: 0,
    computeUtilisation: null,
    loopDelayMs: { mean: 0, p99: 0, max: 0 },
    overheadUtilisation: null
  },
  memory: { rssBytes: 0, limitBytes: null },
  disk: { usedBytes: 0, freeBytes: null },
  checkpoint: { round: null, at: null, bytes: null, failures: 0 },
  training: { skippedSteps: 0, divergedRounds: 0 },
  chosen: {},
  replica: null,
  ...change
})

/** So many links up, of so many known members; 12 kB/s up. */
export const linked = (up: number, known = up): Partial<StatusFacts> => ({
  links: { up, wanted: up, known, noneForSeconds: null },
  bytes: { ...facts().bytes, upRate: 12_345 }
})

export const unlinked = (known: number, noneForSeconds: number | null): Partial<StatusFacts> => ({
  links: { up: 0, wanted: known, known, noneForSeconds }
})

export const alarm = (name: AlarmName): Alarm => {
  const { severity, text, remedy } = ALARMS[name]
  return { name, severity, text: `${text}.`, remedy: `${remedy}.`, since: NOON }
}

export const member = (name: string, change: Partial<MemberStatus> = {}): MemberStatus => ({
  name,
  role: 'trainer',
  round: 0,
  loss: null,
  heardSecondsAgo: 1,
  left: false,
  link: 'up',
  path: null,
  refused: null,
  wanted: true,
  links: [],
  agreement: 'unknown',
  addresses: [],
  bytesSent: 0,
  bytesReceived: 0,
  ...change
})
