/** A clock that jumps, and times of day, by the real program. */
import { join } from 'node:path'
import test from 'ava'
import type { Alarm } from '../../src/peer/monitor/status.ts'
import { homeFor, startPeer } from '../helpers/daemon.ts'
import { ROOT } from '../helpers/program.ts'

const HOUR = 3_600_000

/** `at`: local time. */
const clock = (at: string, leapMs: number): NodeJS.ProcessEnv => ({
  TZ: 'UTC',
  TEST_CLOCK_AT: at,
  TEST_CLOCK_LEAP_MS: String(leapMs),
  NODE_OPTIONS: `--import=${join(ROOT, 'test/helpers/moving-clock.ts')}`
})

for (const [way, leapMs] of [
  ['forwards', 26 * HOUR],
  ['backwards', -26 * HOUR]
] as const) {
  test(`a clock that jumps ${way} should raise an alarm and change nothing else`, async (t) => {
    const home = await homeFor(t)
    const peer = startPeer(t, home, { env: clock('2026-03-05T12:00:00', leapMs) })
    // From then on its clock is looked at, once a second.
    const { time } = await peer.statusOnce(({ phase }) => phase !== 'starting')
    const from = time.uptimeSeconds + 1
    await peer.statusOnce(({ time }) => time.uptimeSeconds > from)
    peer.signal('SIGUSR2')
    const jumped = (alarms: readonly Alarm[]) => alarms.find(({ name }) => name === 'clock-jump')
    const { alarms, healthy, line } = await peer.statusOnce(({ alarms }) => !!jumped(alarms))
    t.regex(jumped(alarms)!.text, new RegExp(`${way}\\.$`))
    t.true(healthy)
    // A machine that is busy with other tests answers late, which is worse.
    t.regex(line, /, but (the clock has jumped|it answers late \(1 more alarm\))$/)
    const said = peer.log.length
    await peer.nextRound(40)
    await peer.says('checkpoint', said)
    const { checkpoint, members } = await peer.status()
    t.is(checkpoint.failures, 0)
    t.deepEqual(members, [])
    t.like(await peer.stop(), { code: 0 })
  })
}

test('a schedule should be followed by the clock on the wall', async (t) => {
  const home = await homeFor(t, { config: { schedule: { train: ['22:00-07:00'] } } })
  const peer = startPeer(t, home, { env: clock('2026-03-05T12:00:00', 11 * HOUR) })
  const paused = await peer.statusOnce(({ phase }) => phase !== 'starting')
  t.is(paused.phase, 'paused')
  t.is(paused.resumesAt, '2026-03-05T22:00:00.000Z')
  t.regex(paused.line, /^paused by the schedule until 22:00, nobody else is known/)
  t.true(paused.healthy)
  t.is(paused.round, 0)
  peer.signal('SIGUSR2')
  await peer.nextRound()
  await peer.statusOnce(({ phase }) => phase === 'training')
  // 23:00 + 11 h
  peer.signal('SIGUSR2')
  const again = await peer.statusOnce(({ phase }) => phase === 'paused')
  t.is(again.resumesAt, '2026-03-06T22:00:00.000Z')
  const { code, stderr } = await peer.stop()
  t.is(code, 0, stderr)
})
