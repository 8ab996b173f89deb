/**
 * A mishap at every step of federated averaging: with each kind of message, the first and a later one of it,
 * its sender dies, its receiver dies, its receiver stalls, or it is lost, comes twice or comes after the next
 * one. Whatever happens, those that stay finish with one model, every round is closed once with the mean of
 * the updates that were counted in it, no acknowledged update is missing, and no two peers coordinate in one
 * term.
 */
import test from 'ava'
import { KIND } from '../../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../../src/strategy/parameter-server/kinds.ts'
import type { Fate } from '../../helpers/fates.ts'
import { statuses } from '../../helpers/faulty-swarm.ts'
import { createFederatedSwarm, isRight, runFederated } from '../../helpers/federated-swarm.ts'
import { runServers, type ServerSetting } from '../../helpers/server-swarm.ts'

const FOLLOWER = 2

/** One peer only follows, one is away for a while, and two are cut off: all kinds of messages occur. */
const SETTING: ServerSetting = {
  peers: 6,
  rounds: 60,
  strategy: {
    fraction: 0.6,
    replicas: 2,
    rebuildAfterMs: null,
    failoverMs: 200,
    deadlineMs: 2000
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
  runFederated({
    ...SETTING,
    fate: (to, from, { kind }, atMs) => {
      const seen = moments.get(kind) ?? []
      seen.push({ atMs, from: numberOf(from), to: numberOf(to) })
      moments.set(kind, seen)
      return 'comes'
    }
  })
  return moments
}

const MOMENTS = momentsOf()
const KINDS = Object.keys(KIND) as Array<Message['kind']>

/** Of the messages of one kind: the first, and one in the middle of the run. */
const chosen = (moments: readonly Moment[]): readonly number[] => [
  ...new Set([0, Math.floor(moments.length / 2)])
]

const FATES: readonly Fate[] = ['never', 'twice', 'late', { stallsMs: 150 }, { stallsMs: 900 }]

test('the undisturbed run should say every kind of message', (t) => {
  for (const kind of KINDS) t.true((MOMENTS.get(kind)?.length ?? 0) > 0, kind)
  isRight(t, runFederated(SETTING), SETTING, new Set([1]), 'undisturbed')
})

for (const kind of KINDS) {
  test(`should survive a mishap with each ${kind}`, (t) => {
    const moments = MOMENTS.get(kind) ?? []
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
        const run = runFederated({ ...SETTING, faults })
        const crashes = run.swarm.faults.log.filter(({ event }) => event === 'crashed')
        // Who is told goodbye last has finished, and cannot die any more.
        const isGone = statuses(run.swarm)[victim] === 'finished'
        t.is(crashes.length, faults.length - (isGone ? 2 : 1), what)
        t.false(isGone && kind !== 'parted', what)
        isRight(t, run, SETTING, new Set([1, victim]), what)
      }
      for (const fate of FATES) {
        let seen = 0
        let fired = 0
        const run = createFederatedSwarm({
          ...SETTING,
          fate: (_to, _from, message) => {
            if (message.kind !== kind || seen++ !== nth) return 'comes'
            fired++
            return fate
          }
        })
        run.swarm.begin()
        runServers(run)
        t.is(fired, 1, `${kind} ${nth}: ${JSON.stringify(fate)} never happened`)
        isRight(t, run, SETTING, new Set([1]), `${kind} ${nth}: ${JSON.stringify(fate)}`)
      }
    }
  })
}
