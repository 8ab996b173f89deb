/** How a peer ends, and what it rereads: signals to the real program. */
import { writeFile } from 'node:fs/promises'
import test from 'ava'
import { readLatestCheckpoint } from '../../src/storage/latest-checkpoint.ts'
import { type Changes, configure, homeFor, runPeer, startPeer } from '../helpers/daemon.ts'
import { contentsOf } from '../integration/cli-harness.ts'

/** Rounds of minutes: every step is over the whole shard. */
const SLOW: Changes = {
  training: { localSteps: 10_000, batch: 400 },
  config: { graceSeconds: 3600 }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} should end a peer with a checkpoint of its last round, and 0`, async (t) => {
    const home = await homeFor(t)
    const peer = startPeer(t, home)
    await peer.round(20)
    // Whoever has started it may pass on what the terminal has sent already.
    peer.signal(signal)
    peer.signal(signal)
    const { code, stdout, stderr } = await peer.exit
    t.is(code, 0, stderr)
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
    t.is((await readLatestCheckpoint(home.state))!.round, last.round + 1)
    t.true(stderr.includes('"msg":"the end"'), stderr)
    t.false(stderr.includes('given up'), stderr)
  })
}

test('a round that takes longer than the grace period should be given up, and what was kept stay', async (t) => {
  const home = await homeFor(t)
  const closed = { ...SLOW, config: { graceSeconds: 1, schedule: { train: ['00:00-00:01'] } } }
  await configure(home, closed)
  const first = startPeer(t, home, { env: { TZ: 'UTC' } })
  await first.statusOnce(({ phase }) => phase !== 'starting')
  t.like(await first.stop(), { code: 0 })
  const kept = await contentsOf(`${home.state}/checkpoints`)
  t.true(Object.keys(kept).length > 0)

  await configure(home, { ...SLOW, config: { graceSeconds: 1 } })
  const second = startPeer(t, home)
  await second.statusOnce(({ phase }) => phase === 'training')
  const { code, stderr } = await second.stop()
  t.is(code, 0, stderr)
  t.regex(stderr, /the round in progress was given up: the time to stop is over/)
  t.deepEqual(await contentsOf(`${home.state}/checkpoints`), kept)
})

test('a second signal should end a peer at once with 130, and what was kept stay', async (t) => {
  const home = await homeFor(t, SLOW)
  const peer = startPeer(t, home)
  await peer.statusOnce(({ phase }) => phase === 'training')
  peer.signal('SIGTERM')
  const { time } = await peer.statusOnce(({ phase }) => phase === 'stopping')
  await peer.statusOnce((now) => now.time.uptimeSeconds > time.uptimeSeconds + 0.6)
  peer.signal('SIGTERM')
  t.like(await peer.exit, { code: 130 })
  await configure(home)
  const again = startPeer(t, home)
  await again.nextRound()
  t.like(await again.stop(), { code: 0 })
})

test('SIGHUP should take over what can change, and name what cannot', async (t) => {
  const home = await homeFor(t, { config: { evaluateEvery: 2 } })
  const peer = startPeer(t, home)
  await peer.says('round completed')
  await configure(home, {
    config: {
      evaluateEvery: 1,
      logLevel: 'warn',
      limits: { uploadKBps: 100, connections: 32 },
      schedule: { train: ['00:00-23:59', '23:59-00:00'] },
      graceSeconds: 5
    }
  })
  peer.signal('SIGHUP')
  const { restart } = await peer.says('these change with the next start only')
  t.deepEqual(restart, ['evaluateEvery', 'limits.connections'])
  // Nothing of `info` from now on, however many rounds.
  const said = peer.log.length
  await peer.nextRound(10)
  t.deepEqual(peer.log.slice(said), [])

  await writeFile(home.config, '{ "manifest": ')
  peer.signal('SIGHUP')
  const { msg } = await peer.says(/^the config stays as it was: /)
  t.true(msg.includes(home.config), msg)
  await configure(home, { config: { graceSeconds: -1, peers: ['/dns4/nobody'] } })
  peer.signal('SIGHUP')
  t.regex((await peer.says(/graceSeconds: /)).msg, /stays as it was: .*peers\[0\].*graceSeconds/s)
  await peer.nextRound()

  await configure(home, { config: { logLevel: 'info' } })
  peer.signal('SIGHUP')
  const { taken } = await peer.says('read the config again')
  const fields = ['graceSeconds', 'limits.uploadKBps', 'logLevel', 'schedule']
  t.deepEqual([...(taken as string[])].sort(), fields)
  t.like(await peer.stop(), { code: 0 })
})

test('SIGHUP should close and open the schedule at once', async (t) => {
  const home = await homeFor(t)
  const peer = startPeer(t, home, { env: { TZ: 'UTC' } })
  await peer.nextRound()
  const soon = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(11, 13)
  await configure(home, { config: { schedule: { train: [`${soon}:00-${soon}:01`] } } })
  peer.signal('SIGHUP')
  const { line } = await peer.statusOnce(({ phase }) => phase === 'paused')
  t.regex(line, new RegExp(`^paused by the schedule until ${soon}:00`))
  await configure(home)
  peer.signal('SIGHUP')
  await peer.statusOnce(({ phase }) => phase === 'training')
  await peer.nextRound()
  t.like(await peer.stop(), { code: 0 })
})

test('signals during the start should wait for its end', async (t) => {
  const home = await homeFor(t)
  const peer = startPeer(t, home)
  await peer.says(/^backend taken/)
  peer.signal('SIGHUP')
  await peer.says('read the config again')
  t.like(await peer.stop(), { code: 0 })
  const again = startPeer(t, home)
  await again.says(/^backend taken/)
  const { code, stderr } = await again.stop()
  t.is(code, 0, stderr)
})

test('observer and bootstrap peers should end with 0, too', async (t) => {
  for (const role of ['observer', 'bootstrap']) {
    const home = await homeFor(t, { config: { role } })
    const peer = startPeer(t, home)
    const { phase, healthy } = await peer.statusOnce(({ phase }) => phase !== 'starting')
    t.is(phase, 'following')
    t.true(healthy)
    const { code, stderr } = await peer.stop()
    t.is(code, 0, `${role}: ${stderr}`)
  }
})

test('a peer whose rounds are over should end by itself with 0', async (t) => {
  const home = await homeFor(t, { training: { steps: 40 } })
  const { code, stdout } = await runPeer(t, home)
  t.is(code, 0)
  t.is(stdout.trimEnd().split('\n').length, 10)
})
