import test from 'ava'
import { AlarmSet } from '../../../../src/peer/monitor/alarm-set.ts'
import { ALARMS } from '../../../../src/peer/monitor/alarms.ts'
import { ClockWatch } from '../../../../src/peer/monitor/clock-watch.ts'
import { DiskTrouble } from '../../../../src/peer/monitor/disk-trouble.ts'
import { Load } from '../../../../src/peer/monitor/load.ts'
import { RateWindow } from '../../../../src/peer/monitor/rate-window.ts'
import { asClause, bytesInWords, timeInWords } from '../../../../src/peer/monitor/words.ts'

const NOON = '2026-03-01T12:00:00.000Z'

test('should give the rate of the last ten seconds, whatever came before', (t) => {
  const window = new RateWindow()
  t.is(window.perSecond, null)
  window.add(0, 0)
  t.is(window.perSecond, null)
  let total = 0
  for (let second = 1; second <= 100; second++) {
    total += second <= 50 ? 1000 : 30
    window.add(total, second * 1000)
    if (second <= 50) t.is(window.perSecond, 1000)
    if (second >= 60) t.is(window.perSecond, 30)
  }
  t.is(window.lastAt, 100_000)
})

test('should pass over totals that come too soon', (t) => {
  const window = new RateWindow()
  for (let ms = 0; ms <= 20_000; ms++) window.add(ms * 7, ms)
  t.is(window.perSecond, 7000)
  t.is(window.lastAt, 20_000)
})

test('should see the wall clock jump either way, and not drift', (t) => {
  const clock = new ClockWatch()
  t.is(clock.look(1e12, 0), null)
  t.is(clock.look(1e12 + 1000 + 4999, 1000), null)
  t.is(clock.look(1e12 + 5999 + 1000 + 3_600_000, 2000), 3_600_000)
  t.is(clock.look(1e12 + 3_606_999 + 1000, 3000), null)
  t.is(clock.look(5e11, 4000), 5e11 - 1000 - (1e12 + 3_607_999))
})

test('should take the compute thread out of what the process uses', (t) => {
  const load = new Load()
  load.training(true, 0)
  // Rounds of 20 seconds, 19 of them busy; the rest of the program takes 3 % of a core all the time.
  for (let round = 1; round <= 5; round++) {
    const now = round * 20_000
    const busySeconds = round * 19
    load.compute(
      { busySeconds, cpuSeconds: busySeconds * 0.9 },
      busySeconds * 0.9 + now * 0.00003,
      now
    )
    // In between, the job that runs must not count as anything else's.
    load.tick(busySeconds + 5, false, now + 5000)
    t.is(load.utilisation!.toFixed(6), '0.950000')
    if (round > 1) t.is(load.overhead!.toFixed(6), '0.030000')
  }
  t.is(load.busySeconds, 95)
})

test('should measure the overhead of a peer that does not compute, and the share of training only', (t) => {
  const load = new Load()
  for (let second = 0; second <= 30; second++) load.tick(second * 0.01, true, second * 1000)
  t.is(load.overhead!.toFixed(6), '0.010000')
  t.is(load.utilisation, null)
  load.compute({ busySeconds: 4, cpuSeconds: null }, 4.31, 31_000)
  t.is(load.utilisation, null)
  load.training(true, 40_000)
  load.compute({ busySeconds: 9, cpuSeconds: null }, 10, 50_000)
  t.is(load.utilisation, 0.5)
  load.training(false, 50_000)
  load.training(true, 100_000)
  load.compute({ busySeconds: 19, cpuSeconds: null }, 21, 110_000)
  t.is(load.utilisation, 0.75)
})

test('should keep when an alarm began, and order alarms by what they mean', (t) => {
  const changes: string[] = []
  const alarms = new AlarmSet(({ name }, change) => changes.push(`${name} ${change}`))
  alarms.raise('clock-jump', NOON, 'by an hour', 100)
  alarms.raise('disk-full', NOON)
  alarms.raise('disk-full', '2026-03-02T12:00:00.000Z', 'ENOSPC')
  t.deepEqual(
    alarms.standing.map(({ name, since }) => [name, since]),
    [
      ['disk-full', NOON],
      ['clock-jump', NOON]
    ]
  )
  t.is(alarms.standing[0]!.text, `${ALARMS['disk-full'].text}: ENOSPC.`)
  alarms.expire(99)
  t.true(alarms.has('clock-jump'))
  alarms.expire(100)
  alarms.clear('disk-full')
  alarms.clear('disk-full')
  t.deepEqual(alarms.standing, [])
  t.deepEqual(changes, [
    'clock-jump raised',
    'disk-full raised',
    'clock-jump cleared',
    'disk-full cleared'
  ])
})

test('every alarm has a stable name, sentences without their full stop, and what to do', (t) => {
  for (const [name, { text, brief, remedy, until }] of Object.entries(ALARMS)) {
    t.regex(name, /^[a-z]+(-[a-z]+)*$/)
    t.regex(text, /^[A-Z].*[^.]$/)
    t.regex(remedy, /^[A-Z].*[^.]$/)
    for (const clause of [brief, until]) t.regex(clause, /^[a-z0-9].*[^.]$/)
  }
})

test('should tell a full disk from one that fails, wherever the reason is', (t) => {
  const trouble = new DiskTrouble()
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  trouble.refused('checkpoint', new Error('cannot keep it', { cause: full }))
  t.is(trouble.detail('disk-full'), 'cannot keep it')
  t.is(trouble.detail('checkpoint-failed'), null)
  trouble.refused('checkpoint', new Error('EROFS: read-only.'))
  t.is(trouble.detail('disk-full'), null)
  t.is(trouble.detail('checkpoint-failed'), 'EROFS: read-only')
  trouble.refused('record', new Error('EDQUOT: quota'))
  t.is(trouble.detail('disk-full'), 'EDQUOT: quota')
  trouble.recovered('record')
  trouble.recovered('checkpoint')
  t.is(trouble.detail('disk-full') ?? trouble.detail('checkpoint-failed'), null)
})

test('should put figures into words', (t) => {
  const cases: ReadonlyArray<readonly [number, string]> = [
    [0, '0 B'],
    [999.4, '999 B'],
    [999.6, '1.0 kB'],
    [9949, '9.9 kB'],
    [9951, '10 kB'],
    [12_345, '12 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [64e6, '64 MB'],
    [2.5e12, '2.5 TB'],
    [9e15, '9000 TB']
  ]
  for (const [bytes, words] of cases) t.is(bytesInWords(bytes), words)
  t.deepEqual([1, 89, 90, 420, 7200, 172_800].map(timeInWords), [
    '1 second',
    '89 seconds',
    '2 minutes',
    '7 minutes',
    '2 hours',
    '2 days'
  ])
  t.is(asClause('The disk is full.'), 'the disk is full')
})
