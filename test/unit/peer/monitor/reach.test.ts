import test from 'ava'
import type { Path, PathKind } from '../../../../src/network/path.ts'
import { NO_REACHABILITY, type Reachability } from '../../../../src/network/reachability.ts'
import { AlarmSet } from '../../../../src/peer/monitor/alarm-set.ts'
import { reachWords, waysWords } from '../../../../src/peer/monitor/reach-words.ts'
import { type Figures, watch } from '../../../../src/peer/monitor/watch.ts'
import { member } from './facts.ts'

const NOW = '2026-01-01T12:00:00.000Z'

const path = (kind: PathKind): Path => ({ kind, address: '/ip4/1.2.3.4', quota: null, rttMs: 20 })

const reach = (change: Partial<Reachability>): Reachability => ({ ...NO_REACHABILITY, ...change })

const linked = (kind: PathKind) => member(kind, { path: path(kind) })

test('how a peer is reached should be a sentence', (t) => {
  const cases: ReadonlyArray<readonly [Reachability, string]> = [
    [reach({}), 'whether strangers can dial it is not known'],
    [
      reach({ verdict: 'public', relaying: { peers: 2, bytes: 10 } }),
      'strangers can dial it; relays for 2 peers'
    ],
    [
      reach({ verdict: 'private', mapping: 'one', relays: ['a'] }),
      'behind a NAT, holes can be punched, reached through 1 relay'
    ],
    [
      reach({ verdict: 'private', mapping: 'each', relays: ['a', 'b'] }),
      'behind a symmetric NAT, reached through 2 relays'
    ],
    [reach({ verdict: 'outbound' }), 'it listens nowhere, and calls others']
  ]
  for (const [reached, words] of cases) t.is(reachWords({ reach: reached }), words)
})

test('how neighbours are reached should be counted', (t) => {
  const kinds: readonly PathKind[] = ['relayed', 'punched', 'direct', 'punched']
  t.is(waysWords({ members: kinds.map(linked) }), '1 direct, 2 punched, 1 relayed')
  t.is(waysWords({ members: [] }), 'none')
})

const figures = (change: Partial<Figures>): Figures => ({
  links: { up: 1, wanted: 1, known: 1, noneForSeconds: null },
  relayedOnly: false,
  refusals: [],
  agreements: { agrees: 0, differs: 0, unknown: 0 },
  loop: { mean: 0, p99: 0, max: 0 },
  memory: { rssBytes: 0, limitBytes: null },
  disk: { usedBytes: 0, freeBytes: null },
  checkpointBytes: null,
  jump: null,
  ...change
})

const alarmsFor = (change: Partial<Figures>): readonly string[] => {
  const alarms = new AlarmSet(() => {})
  watch(alarms, figures(change), NOW, 0)
  return alarms.standing.map(({ name }) => name)
}

test('a peer that is refused by all, or only relayed, should raise an alarm', (t) => {
  const none = { up: 0, wanted: 1, known: 1, noneForSeconds: 1 }
  t.deepEqual(alarmsFor({}), [])
  t.deepEqual(alarmsFor({ relayedOnly: true }), ['relayed-only'])
  t.deepEqual(alarmsFor({ refusals: ['not-listed'], links: none }), ['turned-away'])
  // One that has a link all the same has been refused by a peer that errs, or lies.
  t.deepEqual(alarmsFor({ refusals: ['not-listed'] }), [])
})
