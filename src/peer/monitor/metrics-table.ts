/** Every figure of /metrics. docs/operating.md shows the same table. Names end in their unit. */
import { PATH_KINDS } from '../../network/path.ts'
import { REACHABILITIES } from '../../network/reachability.ts'
import type { PeerStatus, Phase } from './status.ts'

export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number | null
}

export interface MetricKind {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly labels?: readonly string[]
  /** What is null or no finite number is left out. */
  readonly read: (status: PeerStatus) => readonly MetricSample[]
}

/** Of the neighbours with a link; labels are what a metrics store pays for. */
const MOST_NEIGHBOURS = 256
const MOST_LABELS = 64

const PHASES: readonly Phase[] = [
  'starting',
  'joining',
  'training',
  'following',
  'paused',
  'stopping',
  'finished'
]

type Value = (status: PeerStatus) => number | boolean | null

const one =
  (value: Value): MetricKind['read'] =>
  (status) => {
    const read = value(status)
    return [{ value: read === null ? null : Number(read) }]
  }

const gauge = (name: string, help: string, value: Value): MetricKind => ({
  name: `swarmgrad_${name}`,
  type: 'gauge',
  help,
  read: one(value)
})

const counter = (name: string, help: string, value: Value): MetricKind => ({
  ...gauge(name, help, value),
  type: 'counter'
})

const labelled = (
  kind: Omit<MetricKind, 'read'>,
  read: (status: PeerStatus) => ReadonlyArray<readonly [string, number | null]>,
  most = MOST_LABELS
): MetricKind => ({
  ...kind,
  name: `swarmgrad_${kind.name}`,
  read: (status) =>
    read(status)
      .slice(0, most)
      .map(([label, value]) => ({ labels: { [kind.labels![0]!]: label }, value }))
})

const neighbours = ({ members }: PeerStatus) => members.filter(({ link }) => link === 'up')

const seconds = (iso: string | null): number | null =>
  iso === null ? null : Date.parse(iso) / 1000

const IDENTITY: MetricKind = {
  name: 'swarmgrad_info',
  type: 'gauge',
  help: 'Always 1; the labels say which peer this is.',
  labels: ['version', 'self', 'role', 'swarm', 'manifest', 'strategy', 'model', 'backend'],
  read: ({ version, self, role, swarm, model, backend }) => {
    const { name, manifest, strategy } = swarm
    const labels = { version, self, role, swarm: name, manifest, strategy, model: model.name }
    return [{ labels: { ...labels, backend }, value: 1 }]
  }
}

const STATE: readonly MetricKind[] = [
  gauge('healthy', '1 if the peer is healthy, else 0.', ({ healthy }) => healthy),
  labelled(
    { name: 'phase', type: 'gauge', help: '1 for the phase it is in.', labels: ['phase'] },
    ({ phase }) => PHASES.map((name) => [name, Number(name === phase)])
  ),
  labelled(
    {
      name: 'alarm',
      type: 'gauge',
      help: '1 for each alarm that stands; the others are left out.',
      labels: ['alarm']
    },
    ({ alarms }) => alarms.map(({ name }) => [name, 1])
  ),
  gauge('uptime_seconds', 'Since the process began.', ({ time }) => time.uptimeSeconds)
]

const TRAINING: readonly MetricKind[] = [
  gauge('round', 'Number of the next round.', ({ round }) => round),
  gauge('rounds_planned', 'Rounds of the whole schedule.', ({ swarm }) => swarm.rounds),
  gauge(
    'run_over_ratio',
    'Share of the run that is over, 0 to 1, where it does not end with a round.',
    ({ done }) => done
  ),
  gauge(
    'median_round',
    'Median round of the trainers that have been heard of late.',
    ({ medianRound }) => medianRound
  ),
  gauge('training_loss', 'Mean training loss of the latest round.', ({ loss }) => loss),
  gauge('test_loss', 'Of the latest evaluation.', ({ testLoss }) => testLoss),
  gauge('test_accuracy_ratio', 'Of the latest evaluation, 0 to 1.', ({ accuracy }) => accuracy),
  counter(
    'skipped_steps_total',
    'Steps left out because a gradient was not finite.',
    ({ training }) => training.skippedSteps
  ),
  counter(
    'diverged_rounds_total',
    'Rounds with a loss that was no number, or far above that of guessing.',
    ({ training }) => training.divergedRounds
  ),
  gauge('model_parameters', 'Parameters of the model.', ({ model }) => model.parameters),
  labelled(
    {
      name: 'chosen_value',
      type: 'gauge',
      help: 'Figures that the strategy has chosen by itself, such as alpha.',
      labels: ['name']
    },
    ({ chosen }) => Object.entries(chosen)
  )
]

const MEMBERS: readonly MetricKind[] = [
  gauge('members', 'Other members that are known.', ({ members }) => members.length),
  gauge('links_up', 'Links that are up.', ({ links }) => links.up),
  gauge('links_wanted', 'Links that the topology wants now.', ({ links }) => links.wanted),
  gauge(
    'no_link_seconds',
    'How long there has been no link although members are known; 0 while there is one.',
    ({ links }) => links.noneForSeconds ?? 0
  ),
  labelled(
    {
      name: 'replica_agreement_members',
      type: 'gauge',
      help: 'Members by whether their replica is the same at a cut that both have come by.',
      labels: ['agreement']
    },
    ({ members }) =>
      ['agrees', 'differs', 'unknown'].map((verdict) => [
        verdict,
        members.filter(({ agreement }) => agreement === verdict).length
      ])
  ),
  labelled(
    {
      name: 'neighbour_paths',
      type: 'gauge',
      help: 'Neighbours with a link, by how they are reached.',
      labels: ['path']
    },
    (status) =>
      PATH_KINDS.map((kind) => [
        kind,
        neighbours(status).filter(({ path }) => path?.kind === kind).length
      ])
  ),
  labelled(
    {
      name: 'neighbour_round_trip_seconds',
      type: 'gauge',
      help: 'Smoothed round-trip time to each neighbour with a link, at most 256 of them.',
      labels: ['peer']
    },
    (status) =>
      neighbours(status).map(({ name, path }) => [
        name,
        path?.rttMs == null ? null : path.rttMs / 1000
      ]),
    MOST_NEIGHBOURS
  ),
  labelled(
    {
      name: 'reachability',
      type: 'gauge',
      help: '1 for what is known of whether strangers can dial this peer.',
      labels: ['verdict']
    },
    ({ reach }) => REACHABILITIES.map((verdict) => [verdict, Number(verdict === reach.verdict)])
  ),
  gauge(
    'relayed_peers',
    'Peers that this one relays for now.',
    ({ reach }) => reach.relaying.peers
  ),
  counter(
    'relayed_bytes_total',
    'Bytes that it has passed on for others.',
    ({ reach }) => reach.relaying.bytes
  ),
  labelled(
    {
      name: 'neighbour_round',
      type: 'gauge',
      help: 'Next round of each neighbour with a link, at most 256 of them.',
      labels: ['peer']
    },
    (status) => neighbours(status).map(({ name, round }) => [name, round]),
    MOST_NEIGHBOURS
  ),
  labelled(
    {
      name: 'neighbour_silence_seconds',
      type: 'gauge',
      help: 'Since the last presence of each neighbour with a link, at most 256 of them.',
      labels: ['peer']
    },
    (status) => neighbours(status).map(({ name, heardSecondsAgo }) => [name, heardSecondsAgo]),
    MOST_NEIGHBOURS
  ),
  ...(['Sent', 'Received'] as const).map((way) =>
    labelled(
      {
        name: `neighbour_${way.toLowerCase()}_bytes_total`,
        type: 'counter',
        help: `Frame bytes ${way.toLowerCase()}, for each neighbour with a link, at most 256 of them.`,
        labels: ['peer']
      },
      (status) => neighbours(status).map((member) => [member.name, member[`bytes${way}`]]),
      MOST_NEIGHBOURS
    )
  )
]

const TRAFFIC: readonly MetricKind[] = [
  labelled(
    {
      name: 'sent_bytes_total',
      type: 'counter',
      help: 'Frame bytes sent, by kind (docs/protocol.md), headers included.',
      labels: ['kind']
    },
    ({ bytes }) => Object.entries(bytes.sentByKind).map(([kind, count]) => [kind, count.bytes])
  ),
  labelled(
    {
      name: 'sent_frames_total',
      type: 'counter',
      help: 'Frames sent, by kind.',
      labels: ['kind']
    },
    ({ bytes }) => Object.entries(bytes.sentByKind).map(([kind, count]) => [kind, count.frames])
  ),
  counter('received_bytes_total', 'Frame bytes received.', ({ bytes }) => bytes.received),
  counter(
    'socket_sent_bytes_total',
    'Bytes handed to the sockets: frames, encryption, gossip, pings.',
    ({ bytes }) => bytes.socketSent
  ),
  counter(
    'socket_received_bytes_total',
    'Bytes read from the sockets.',
    ({ bytes }) => bytes.socketReceived
  ),
  labelled(
    {
      name: 'rejected_frames_total',
      type: 'counter',
      help: 'Frames that were not believed, by reason (docs/protocol.md).',
      labels: ['reason']
    },
    ({ rejected }) => Object.entries(rejected)
  )
]

const MACHINE: readonly MetricKind[] = [
  counter(
    'compute_seconds_total',
    'Time of the compute thread on jobs.',
    ({ time }) => time.computeSeconds
  ),
  gauge(
    'compute_utilisation_ratio',
    'Share of the time in training that the compute thread was busy.',
    ({ time }) => time.computeUtilisation
  ),
  gauge(
    'overhead_utilisation_ratio',
    'Share of one core that everything but the compute thread takes, over the last round or ten seconds.',
    ({ time }) => time.overheadUtilisation
  ),
  ...(['mean', 'p99', 'max'] as const).map((which) =>
    gauge(
      `event_loop_delay_${which}_seconds`,
      `How late the event loop was, over ten seconds: ${which}.`,
      ({ time }) => time.loopDelayMs[which] / 1000
    )
  ),
  gauge('resident_memory_bytes', 'Resident memory.', ({ memory }) => memory.rssBytes),
  gauge(
    'memory_limit_bytes',
    'limits.memoryMiB, where it is set.',
    ({ memory }) => memory.limitBytes
  ),
  gauge('disk_used_bytes', 'What the data directory takes.', ({ disk }) => disk.usedBytes),
  gauge('disk_free_bytes', 'Room left on its disk.', ({ disk }) => disk.freeBytes),
  gauge('checkpoint_round', 'Round of the last checkpoint.', ({ checkpoint }) => checkpoint.round),
  gauge(
    'checkpoint_timestamp_seconds',
    'When the last checkpoint was written, since 1970.',
    ({ checkpoint }) => seconds(checkpoint.at)
  ),
  gauge('checkpoint_bytes', 'Size of the last checkpoint.', ({ checkpoint }) => checkpoint.bytes),
  counter(
    'checkpoint_failures_total',
    'Checkpoints that could not be written.',
    ({ checkpoint }) => checkpoint.failures
  )
]

export const METRICS: readonly MetricKind[] = [
  IDENTITY,
  ...STATE,
  ...TRAINING,
  ...MEMBERS,
  ...TRAFFIC,
  ...MACHINE
]
