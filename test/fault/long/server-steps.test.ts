/**
 * A mishap at every step of a parameter server's protocol: with each kind of message, the first and a later
 * one of it, its sender dies, its receiver dies, its receiver stalls, or it is lost, comes twice or comes
 * after the next one. Whatever happens, those that stay finish, each of their pushes counts once in every
 * shard, no acknowledged push of the others is missing, and no two peers serve a shard in one term.
 */
import test, { type ExecutionContext } from 'ava'
import { KIND } from '../../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../../src/strategy/parameter-server/kinds.ts'
import type { Fate } from '../../helpers/fates.ts'
import { statuses } from '../../helpers/faulty-swarm.ts'
import {
  countsOf,
  createServerSwarm,
  runServers,
  type ServerSetting,
  type ServerSwarm
} from '../../helpers/server-swarm.ts'

const PEERS = 6
const SHARDS = 2
const FOLLOWER = 2

/** One peer only follows, one is away for a while, and two are cut off: all kinds of messages occur. */
const SETTING: ServerSetting = {
  peers: PEERS,
  rounds: 50,
  strategy: {
    shards: SHARDS,
    replicas: 2,
    rebuildAfterMs: null,
    failoverMs: 200,
    patienceMs: 2000
  },
  network: { discoveryMs: 50 },
  stepMs: (peer) => 4 + peer,
  trains: (peer) => peer !== FOLLOWER,
  faults: [
    { kind: 'crash', peers: [1], atMs: 250, returnMs: 500 },
    { kind: 'partition', groups: [[4], [FOLLOWER]], fromMs: 700, toMs: 1100 }
  ]
}

interface Moment {
  readonly atMs: number
  readonly from: number
  readonly to: number
}

const numberOf = (name: string): number => Number(name.slice(-5))

/** When messages of each kind are handled in a run without a mishap. */
const momentsOf = (): ReadonlyMap<Message['kind'], readonly Moment[]> => {
  const moments = new Map<Message['kind'], Moment[]>()
  const run = createServerSwarm({
    ...SETTING,
    fate: (to, from, { kind }, atMs) => {
      const seen = moments.get(kind) ?? []
      seen.push({ atMs, from: numberOf(from), to: numberOf(to) })
      moments.set(kind, seen)
      return 'comes'
    }
  })
  run.swarm.begin()
  runServers(run)
  return moments
}

const MOMENTS = momentsOf()
const KINDS = Object.keys(KIND) as Array<Message['kind']>

/** Of the messages of one kind: the first, and one in the middle of the run. */
const chosen = (moments: readonly Moment[]): readonly number[] => [
  ...new Set([0, Math.floor(moments.length / 2)])
]

/** `away`: peers that may be missing some of their pushes, since they have lost a life. */
const isRight = (
  t: ExecutionContext,
  run: ServerSwarm,
  away: ReadonlySet<number>,
  what: string
): void => {
  for (let peer = 0; peer < PEERS; peer++) {
    const counts = countsOf(run, PEERS, peer)
    const issued = run.issued[peer]!
    const acknowledged = Array.from(
      { length: SHARDS },
      (_, shard) =>
        [...run.acknowledged[peer]!].filter((push) => push.startsWith(`${shard} `)).length
    )
    counts.forEach((count, i) => {
      const least = away.has(peer)
        ? acknowledged[Math.floor((i * SHARDS) / counts.length)]!
        : issued
      t.true(count <= issued && count >= least, `${what}: peer ${peer}: ${count} of ${issued}`)
    })
  }
  for (const [term, primaries] of run.answered) t.is(primaries.size, 1, `${what}: term ${term}`)
  statuses(run.swarm).forEach((status, peer) => {
    if (!away.has(peer)) t.is(status, 'finished', `${what}: peer ${peer}`)
  })
}

const once = (kind: Message['kind'], nth: number, fate: Fate) => {
  let seen = 0
  const state = { fired: 0 }
  const decide = (_to: string, _from: string, message: Message): Fate => {
    if (message.kind !== kind || seen++ !== nth) return 'comes'
    state.fired++
    return fate
  }
  return { state, decide }
}

test('the undisturbed run should say every kind of message, and count every push once', (t) => {
  for (const kind of KINDS) t.true((MOMENTS.get(kind)?.length ?? 0) > 0, kind)
  const run = createServerSwarm(SETTING)
  run.swarm.begin()
  runServers(run)
  isRight(t, run, new Set([1]), 'undisturbed')
})

for (const kind of KINDS) {
  test(`should survive a mishap with each ${kind}`, (t) => {
    const moments = MOMENTS.get(kind)!
    for (const nth of chosen(moments)) {
      const { atMs, from, to } = moments[nth]!
      for (const [victim, whose] of [
        [from, 'sender'],
        [to, 'receiver']
      ] as const) {
        const what = `${kind} ${nth}: its ${whose}, ${victim}, dies at ${atMs}`
        const faults = [
          ...SETTING.faults!.filter((fault) => !('peers' in fault && victim === 1)),
          { kind: 'crash', peers: [victim], atMs: Math.max(0.001, atMs + 0.001) }
        ]
        const run = createServerSwarm({ ...SETTING, faults })
        run.swarm.begin()
        runServers(run)
        t.is(
          run.swarm.faults.log.filter(({ event }) => event === 'crashed').length,
          faults.length - 1
        )
        isRight(t, run, new Set([1, victim]), what)
      }
      for (const fate of [
        'never',
        'twice',
        'late',
        { stallsMs: 150 },
        { stallsMs: 900 }
      ] as const) {
        const { state, decide } = once(kind, nth, fate)
        const run = createServerSwarm({ ...SETTING, fate: decide })
        run.swarm.begin()
        runServers(run)
        t.is(state.fired, 1, `${kind} ${nth}: ${JSON.stringify(fate)} never happened`)
        isRight(t, run, new Set([1]), `${kind} ${nth}: ${JSON.stringify(fate)}`)
      }
    }
  })
}
