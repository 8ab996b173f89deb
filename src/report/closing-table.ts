import type { PeerDetail, Results } from '../storage/results.ts'
import { borderlessTable } from './borderless-table.ts'
import { divergenceOf } from './divergence.ts'
import { bytesText, percent, ratioText, twoDigits } from './figures.ts'

/** Rows that fit on a screen, with the lines around them. */
const MAX_ROWS = 24

const HEAD = ['peer', 'status', 'rows', 'alone', 'in the swarm', 'sent', 'rounds']
const LEFT = ['status']

const rowOf = (detail: PeerDetail): string[] => [
  String(detail.peer),
  detail.status,
  String(detail.rows ?? '-'),
  percent(detail.alone),
  percent(detail.accuracy),
  bytesText(detail.bytesSent),
  String(detail.rounds)
]

/** Peers that have not finished come first, then the least accurate. */
const worstFirst = (a: PeerDetail, b: PeerDetail): number =>
  (a.accuracy ?? -1) - (b.accuracy ?? -1) || a.peer - b.peer

const tableOf = (details: readonly PeerDetail[]): string =>
  borderlessTable(HEAD, LEFT, details.map(rowOf))

const peerTable = ({ peersDetail }: Results): string => {
  if (peersDetail.length <= MAX_ROWS) return tableOf(peersDetail)
  const chosen = [...peersDetail].sort(worstFirst).slice(0, MAX_ROWS)
  const all = peersDetail.length
  const note = `(the ${MAX_ROWS} of ${all} peers that failed or are least accurate; results.json has all)`
  return `${tableOf(chosen.sort((a, b) => a.peer - b.peer))}\n${note}`
}

const HASH_DIGITS = 16

/** Those that have ended as they should, and have a hash. */
const hashText = (details: readonly PeerDetail[]): string | null => {
  const hashes = details.flatMap(({ replicaHash }) => replicaHash ?? [])
  const different = new Set(hashes)
  const [first] = different
  if (first === undefined) return null
  if (different.size > 1) return `${different.size} different ones in ${hashes.length} peers`
  const those = hashes.length === details.length ? 'peers' : 'that finished'
  const whose = hashes.length === 1 ? '' : `, the same in all ${hashes.length} ${those}`
  return `${first.slice(0, HASH_DIGITS)}${whose}`
}

type Fact = readonly [name: string, value: string]

const factsOf = ({
  accuracy,
  loss,
  alone,
  consensus,
  bytes,
  seconds,
  peersDetail
}: Results): readonly Fact[] => {
  const wall = `${seconds.wall.toFixed(1)} s`
  const hash = hashText(peersDetail)
  const divergence = divergenceOf(peersDetail)
  const facts: Array<Fact | null> = [
    accuracy && [
      'test accuracy',
      `${percent(accuracy.mean)} mean, ${percent(accuracy.worst)} worst peer, ` +
        `${percent(accuracy.consensusModel)} mean of the replicas`
    ],
    // Models without classes have no accuracy.
    accuracy === null && loss !== null
      ? ['loss', `${twoDigits(loss.mean)} mean, ${twoDigits(loss.worst)} worst peer`]
      : null,
    alone && ['trained alone', `${percent(alone.accuracy)} mean, ${percent(alone.best)} best peer`],
    consensus && [
      'consensus',
      `distance ${twoDigits(consensus.distance)}, mean drift ${twoDigits(consensus.meanDrift)}`
    ],
    hash === null ? null : ['replica hash', hash],
    divergence === null ? null : ['diverged', divergence],
    ['sent per peer', `${bytesText(bytes.sentPerPeer)}${ratioText(bytes.ratioToAllReduce)}`],
    [
      'time',
      seconds.virtual === null
        ? wall
        : `${wall} for ${seconds.virtual.toFixed(1)} s of virtual time`
    ]
  ]
  return facts.filter((fact) => fact !== null)
}

/** What ends a run: a row for each peer, then what became of the swarm. */
export const closingTable = (results: Results): string => {
  const { scenario, seed, peers, mode, strategy, interrupted } = results
  const facts = factsOf(results)
  const width = Math.max(...facts.map(([name]) => name.length))
  return [
    `${scenario}, seed ${seed}: ${peers} peer${peers === 1 ? '' : 's'}, ${mode}, ${strategy}`,
    ...(interrupted ? ['interrupted: these are the figures of that moment'] : []),
    '',
    peerTable(results),
    '',
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  ].join('\n')
}
