import test from 'ava'
import { healthOf, type StatusFacts } from '../../../../src/peer/monitor/health.ts'
import { metricsText } from '../../../../src/peer/monitor/metrics.ts'
import { METRICS } from '../../../../src/peer/monitor/metrics-table.ts'
import { stateLine } from '../../../../src/peer/monitor/state-line.ts'
import type { PeerStatus } from '../../../../src/peer/monitor/status.ts'
import { parseExposition } from './exposition.ts'
import { alarm, facts, linked, member } from './facts.ts'

const status = (change: Partial<StatusFacts>): PeerStatus => {
  const all = facts(change)
  return { ...all, line: stateLine(all), ...healthOf(all) }
}

const NAME = /^swarmgrad_[a-z0-9]+(_[a-z0-9]+)*$/

const full = status({
  ...linked(2, 5),
  round: 120,
  medianRound: 123,
  loss: 0.25,
  accuracy: 0.5,
  testLoss: Number.NaN,
  alarms: [alarm('disk-full'), alarm('clock-jump')],
  members: [
    member('a', { round: 119, agreement: 'agrees', bytesSent: 10, bytesReceived: 20 }),
    member('b', { round: null, agreement: 'differs' }),
    member('c', { link: 'down' })
  ],
  bytes: {
    ...facts().bytes,
    sent: 2100,
    received: 900,
    sentByKind: { delta: { frames: 2, bytes: 2000 }, have: { frames: 4, bytes: 100 } },
    socketSent: 3000,
    socketReceived: 1000
  },
  rejected: { signature: 3 },
  checkpoint: { round: 100, at: '2026-03-01T12:00:00.000Z', bytes: 5e6, failures: 1 },
  chosen: { alpha: 0.125 }
})

test('should expose what the status says, in a form that another reader accepts', async (t) => {
  const families = parseExposition(await metricsText(full))
  const of = (name: string): Record<string, number> =>
    Object.fromEntries(families.get(`swarmgrad_${name}`)?.samples ?? [])
  t.deepEqual(of('healthy'), { '': 0 })
  t.deepEqual(of('alarm'), { 'alarm=disk-full': 1, 'alarm=clock-jump': 1 })
  t.is(of('phase')['phase=training'], 1)
  t.is(
    Object.values(of('phase')).reduce((sum, value) => sum + value),
    1
  )
  t.deepEqual(of('round'), { '': 120 })
  t.deepEqual(of('median_round'), { '': 123 })
  t.deepEqual(of('training_loss'), { '': 0.25 })
  t.deepEqual(of('test_accuracy_ratio'), { '': 0.5 })
  t.deepEqual(of('chosen_value'), { 'name=alpha': 0.125 })
  t.deepEqual(of('replica_agreement_members'), {
    'agreement=agrees': 1,
    'agreement=differs': 1,
    'agreement=unknown': 1
  })
  t.deepEqual(of('neighbour_round'), { 'peer=a': 119 })
  t.deepEqual(of('neighbour_sent_bytes_total'), { 'peer=a': 10, 'peer=b': 0 })
  t.deepEqual(of('sent_bytes_total'), { 'kind=delta': 2000, 'kind=have': 100 })
  t.deepEqual(of('sent_frames_total'), { 'kind=delta': 2, 'kind=have': 4 })
  t.deepEqual(of('rejected_frames_total'), { 'reason=signature': 3 })
  t.deepEqual(of('socket_sent_bytes_total'), { '': 3000 })
  t.deepEqual(of('checkpoint_timestamp_seconds'), { '': 1772366400 })
  t.deepEqual(of('checkpoint_failures_total'), { '': 1 })
})

test('should leave out what is not known, and be the same when asked twice', async (t) => {
  const text = await metricsText(full)
  t.false(text.includes('test_loss'))
  t.false(text.includes('memory_limit_bytes'))
  t.is(await metricsText(full), text)
})

test('should have names with their units, kinds that fit them, and help', async (t) => {
  const families = parseExposition(await metricsText(full))
  const kinds = new Map(METRICS.map((kind) => [kind.name, kind]))
  t.is(kinds.size, METRICS.length)
  for (const [name, { type, help }] of families) {
    t.regex(name, NAME)
    t.is(type, kinds.get(name)!.type)
    t.is(type === 'counter', name.endsWith('_total'), name)
    t.is(help, kinds.get(name)!.help)
    t.regex(help, /^[A-Z0-9l].*\.$/)
  }
})

test('should bound its labels and survive any names', async (t) => {
  const strange = 'a"b\\c\nd{}'
  const many = Array.from({ length: 1000 }, (_, index) => member(`p${index}`))
  const families = parseExposition(
    await metricsText(status({ members: [member(strange, { round: 5 }), ...many] }))
  )
  t.is(families.get('swarmgrad_neighbour_round')!.samples.size, 256)
  t.is(families.get('swarmgrad_neighbour_round')!.samples.get('peer=a\\"b\\\\c\\nd{}'), 5)
  t.deepEqual([...families.get('swarmgrad_members')!.samples.values()], [1001])
})
