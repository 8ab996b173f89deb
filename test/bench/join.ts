/**
 * How long it takes a fresh peer from its start to its first contribution, on loopback, and which bytes.
 *
 *     node test/bench/join.ts [--peers 8] [--hidden 12579] [--log-bytes 8000000] [--density 0.01] [--joins 3]
 *                             [--interval 0]
 *
 * A perceptron of ten million parameters on the built-in digits; `peers` daemons train it, and once their
 * logs have forgotten the beginning, another one joins: in each of `joins` swarms, one after the other.
 * `interval`, in ms, is the least time of a round: with 0, all of them compute all the time, and the joiner has
 * its share of what they leave. Phases are read from the joiner's own log.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { askPeer } from '../../src/cli/control-client.ts'
import type { PeerStatus } from '../../src/peer/monitor/status.ts'
import { folderBytes } from '../../src/storage/folder-bytes.ts'
import { MortalSwarm } from '../kills/mortal-swarm.ts'

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '8' },
    hidden: { type: 'string', default: '12579' },
    'log-bytes': { type: 'string', default: '8000000' },
    density: { type: 'string', default: '0.01' },
    joins: { type: 'string', default: '3' },
    interval: { type: 'string', default: '0' }
  }
})

const PEERS = Number(values.peers)
const JOINS = Number(values.joins)
const LOG_BYTES = Number(values['log-bytes'])
const LOOK_MS = 50
/** More than the head of a file of records. */
const A_RECORD = 1000

const SCENARIO = {
  name: 'bench-join',
  mode: 'live',
  peers: PEERS + 1,
  model: { name: 'mlp', hidden: [Number(values.hidden)] },
  data: { name: 'glyphs', path: null, partition: { kind: 'iid' } },
  training: {
    optimizer: { name: 'sgd', momentum: 0 },
    learningRate: 0.05,
    batch: 8,
    localSteps: 4,
    steps: 100_000_000
  },
  strategy: {
    name: 'delta-set',
    density: Number(values.density),
    logBytes: LOG_BYTES,
    intervalMs: Number(values.interval)
  },
  topology: { name: 'random-regular', degree: 4, lifetime: 50 },
  evaluateEvery: 1_000_000
}

const statusOf = async (state: string): Promise<PeerStatus | null> => {
  const answer = await askPeer(state, '/status').catch(() => null)
  return answer === null ? null : JSON.parse(String(answer))
}

interface Sample {
  readonly at: number
  readonly status: PeerStatus
  /** It has kept a delta of its own, which it sends in the same moment. */
  readonly contributes: boolean
}

/** Bytes by frame kind that the whole swarm has sent to one peer, as that peer counts them. */
const received = ({ bytes }: PeerStatus): number => bytes.received

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Rounds until no log reaches back to the beginning. */
const untilForgotten = async (swarm: MortalSwarm): Promise<void> => {
  const others = swarm.peers.slice(0, PEERS)
  for (;;) {
    await Promise.all(others.map(({ index }) => swarm.nextRound(index)))
    const statuses = await Promise.all(others.map(({ state }) => statusOf(state)))
    const sent = statuses.map((status) => status?.bytes.sentByKind['delta']?.bytes ?? 0)
    // Each delta is sent to its neighbours, so a swarm's deltas are at least this.
    const deltas = statuses.length === 0 ? 0 : sent.reduce((a, b) => a + b, 0) / 5
    process.stderr.write(`round ${swarm.rounds(0)}, about ${megabytes(deltas)} of deltas\n`)
    if (deltas > 2 * LOG_BYTES) return
  }
}

/** Seconds to the first delta of its own, and bytes beyond the snapshot, of each join. */
const contributions: number[] = []
const beyonds: number[] = []

const measure = async (swarm: MortalSwarm, number: number): Promise<void> => {
  const peer = swarm.peers[PEERS]!
  const began = Date.now()
  const samples: Sample[] = []
  swarm.start(peer.index)
  let over = false
  const first = swarm.nextRound(peer.index).then(() => {
    over = true
  })
  while (!over) {
    const status = await statusOf(peer.state)
    const contributes = (await folderBytes(join(peer.state, 'records'))) > A_RECORD
    if (status !== null) samples.push({ at: Date.now(), status, contributes })
    await Promise.race([first, sleep(LOOK_MS)])
  }
  const ended = Date.now()
  const log = await swarm.log(peer.index)
  const timeOf = (line: Readonly<Record<string, unknown>> | undefined): number =>
    line === undefined ? Number.NaN : Number(new Date(line['time'] as string | number))
  const says = (what: RegExp) => log.find(({ msg }) => what.test(String(msg)))
  const delta = samples.find(({ contributes }) => contributes)
  // A round that is over has sent its delta, also where that was not seen in between.
  const contributed = delta?.at ?? ended
  contributions.push(contributed - began)
  const phases = [
    ['data loaded', timeOf(says(/^data loaded$/))],
    ['listening', timeOf(says(/^listening/))],
    ['first link', samples.find(({ status }) => status.links.up > 0)?.at ?? Number.NaN],
    ['snapshot offered', timeOf(says(/^fetching the replica/))],
    ['snapshot taken', timeOf(says(/^took a snapshot/))],
    ['training', samples.find(({ status }) => status.phase === 'training')?.at ?? Number.NaN],
    ['own first delta', contributed],
    ['first round over', ended]
  ] as const
  process.stdout.write(`join ${number + 1}: ${seconds(ended - began)}\n`)
  for (const [name, at] of phases) {
    const when = Number.isFinite(at) ? seconds(at - began) : 'not seen'
    process.stdout.write(`  ${name.padEnd(22)} ${when}\n`)
  }
  const then = (delta ?? samples.at(-1))?.status
  if (then !== undefined) {
    const snapshot = 4 * then.model.parameters
    const beyond = received(then) - snapshot
    beyonds.push(beyond)
    process.stdout.write(
      `  received ${megabytes(received(then))} by then, ${megabytes(beyond)} beyond the snapshot\n`
    )
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length

for (let number = 0; number < JOINS; number++) {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-join-'))
  const swarm = await MortalSwarm.prepare({ ...SCENARIO, seed: number + 1 }, folder, null)
  try {
    for (const { index } of swarm.peers.slice(0, PEERS)) swarm.start(index)
    await untilForgotten(swarm)
    await measure(swarm, number)
  } finally {
    swarm.killAll()
    await rm(folder, { recursive: true, force: true })
  }
}
process.stdout.write(
  `mean of ${JOINS}: its first delta after ${seconds(mean(contributions))}, ` +
    `${megabytes(mean(beyonds))} beyond the snapshot; ` +
    `at most ${seconds(Math.max(...contributions))}, ${megabytes(Math.max(...beyonds))}\n`
)
