import test from 'ava'
import type { Presence } from '../../../../src/network/presence.ts'
import { NO_REACHABILITY } from '../../../../src/network/reachability.ts'
import type { AlarmChange } from '../../../../src/peer/monitor/alarm-set.ts'
import { Monitor, type MonitorParts } from '../../../../src/peer/monitor/monitor.ts'
import type { SourceEvent } from '../../../../src/peer/monitor/source.ts'
import type { CurvePoint } from '../../../../src/storage/curve-point.ts'
import type { RoundRecord } from '../../../../src/storage/round-record.ts'

const SECOND = 1000

const presence = (round: number, change: Partial<Presence> = {}): Presence => ({
  round,
  loss: null,
  role: 'trainer',
  links: [],
  replica: null,
  addresses: [],
  leaving: false,
  final: null,
  ...change
})

const record = (round: number, change: Partial<RoundRecord> = {}): RoundRecord => ({
  peer: 0,
  round,
  atMs: 0,
  loss: 1,
  accuracy: null,
  testLoss: null,
  heard: 0,
  missed: 0,
  bytesSent: 0,
  bytesReceived: 0,
  computeMs: null,
  exchangeMs: null,
  ...change
})

/** A machine whose clocks stand until a test moves them. */
class Machine {
  clock = 0
  /** The wall clock less the other one. */
  offset = Date.UTC(2026, 2, 1, 12)
  cpu = 0
  rss = 100e6
  loop = { mean: 0, p99: 0, max: 0 }
  up = 0
  down = 0
  free: number | null = null
  closed = false
  readonly alarms: Array<readonly [string, AlarmChange]> = []
  readonly points: CurvePoint[] = []
  readonly monitor: Monitor

  constructor(change: Partial<MonitorParts['about']> = {}, memoryBytes: number | null = null) {
    this.monitor = new Monitor({
      about: {
        version: '1.2.3',
        role: 'trainer',
        self: 'self',
        addresses: [],
        swarm: {
          name: 'swarm',
          manifest: '00',
          strategy: 'delta-set',
          topology: 'full',
          rounds: 10,
          peers: 2
        },
        model: { name: 'mlp', parameters: 0 },
        backend: 'none',
        ...change
      },
      readings: {
        now: () => this.clock,
        wall: () => this.clock + this.offset,
        cpuSeconds: () => this.cpu,
        rssBytes: () => this.rss,
        loopDelay: () => this.loop,
        socketSent: () => this.up,
        socketReceived: () => this.down,
        reach: () => NO_REACHABILITY,
        path: () => null,
        disk: () => ({ usedBytes: 1, freeBytes: this.free }),
        close: () => {
          this.closed = true
        }
      },
      limits: { memoryBytes },
      onPoint: (point) => this.points.push(point),
      onAlarm: ({ name }, change) => this.alarms.push([name, change])
    })
  }

  get standing(): readonly string[] {
    return this.monitor.status().alarms.map(({ name }) => name)
  }

  /** So many seconds, a tick for each. */
  run(seconds: number, each: () => void = () => {}): void {
    for (let second = 0; second < seconds; second++) {
      this.clock += SECOND
      each()
      this.monitor.tick()
    }
  }
}

test('should say all that it has been told', (t) => {
  const machine = new Machine()
  const { monitor } = machine
  t.is(monitor.status().line, 'starting: reading data, opening the model')
  monitor.about({ backend: 'wasm', addresses: ['/ip4/1.2.3.4/tcp/1'] })
  monitor.resumed(41)
  t.is(monitor.status().round, 41)
  t.is(monitor.status().done, null)
  monitor.roundBegan(0.5)
  t.is(monitor.status().done, 0.5)
  monitor.roundBegan(null)
  monitor.phase('training')
  monitor.members(['a', 'b'])
  monitor.wanted(['a'])
  monitor.link('a', 'up')
  monitor.presence('a', presence(50))
  monitor.chosen({ alpha: 0.1, density: 0.01 })
  monitor.chosen({ alpha: 0.2 })
  monitor.sent('a', 4, 1000)
  monitor.sent('a', 0, 23)
  monitor.sent('a', 63, 1)
  monitor.received('a', 77)
  monitor.rejected('a', 'body')
  monitor.rejected('a', 'body')
  monitor.round(record(41, { loss: 0.5, accuracy: 0.9, testLoss: 0.4 }))
  monitor.round(record(42, { loss: 0.25 }))
  monitor.checkpointed({ round: 43, bytes: 4000 })
  monitor.replica('c1', 'h1')
  machine.run(20, () => {
    machine.up += 12_000
    machine.down += 500
  })
  monitor.compute({ busySeconds: 19, cpuSeconds: 19 })
  const status = monitor.status()
  t.is(status.line, 'averaging with 1 neighbour, 9 rounds behind the median, 12 kB/s up')
  t.true(status.healthy)
  t.is(status.startedAt, '2026-03-01T12:00:00.000Z')
  t.is(status.at, '2026-03-01T12:00:20.000Z')
  t.is(status.backend, 'wasm')
  t.deepEqual([status.round, status.medianRound], [43, 52])
  t.deepEqual([status.loss, status.accuracy, status.testLoss], [0.25, 0.9, 0.4])
  t.deepEqual(status.links, { up: 1, wanted: 1, known: 2, noneForSeconds: null })
  t.deepEqual(status.bytes, {
    sent: 1024,
    received: 77,
    sentByKind: {
      delta: { frames: 1, bytes: 1000 },
      credit: { frames: 1, bytes: 23 },
      '63': { frames: 1, bytes: 1 }
    },
    socketSent: 240_000,
    socketReceived: 10_000,
    upRate: 12_000,
    downRate: 500
  })
  t.deepEqual(status.rejected, { body: 2 })
  t.deepEqual(status.chosen, { alpha: 0.2, density: 0.01 })
  t.deepEqual(status.checkpoint, {
    round: 43,
    bytes: 4000,
    at: '2026-03-01T12:00:00.000Z',
    failures: 0
  })
  t.deepEqual(status.replica, { cut: 'c1', hash: 'h1', at: '2026-03-01T12:00:00.000Z' })
  t.is(status.time.computeUtilisation, 0.95)
  t.deepEqual(JSON.parse(JSON.stringify(status)), status)
  t.deepEqual(
    monitor.curve().map(({ round }) => round),
    [41, 42]
  )
  t.deepEqual(monitor.curve(), machine.points)
})

test('should be well alone, and ill when members are known and none can be reached', (t) => {
  const machine = new Machine()
  const { monitor } = machine
  monitor.phase('training')
  machine.run(600)
  t.true(monitor.status().healthy)
  monitor.members(['a', 'b'])
  machine.run(119)
  t.true(monitor.status().healthy)
  machine.run(1)
  t.deepEqual(machine.standing, ['no-peers-reachable'])
  const { healthy, reason, line } = monitor.status()
  t.false(healthy)
  t.regex(reason, /no link for 2 minutes, although 2 members are known/)
  t.regex(line, /none of 2 known members can be reached, for 2 minutes now$/)
  monitor.link('a', 'up')
  machine.run(1)
  t.true(monitor.status().healthy)
  monitor.link('a', 'down')
  machine.run(100)
  t.is(monitor.status().links.noneForSeconds, 100)
  // Both say goodbye: nobody is left to be missed.
  for (const peer of ['a', 'b']) monitor.presence(peer, presence(0, { leaving: true }))
  machine.run(600)
  t.true(monitor.status().healthy)
  t.deepEqual(machine.alarms, [
    ['no-peers-reachable', 'raised'],
    ['no-peers-reachable', 'cleared']
  ])
})

test('should not miss a link where a bootstrap peer hears of others, nor one with such', (t) => {
  const bootstrap = new Machine({ role: 'bootstrap' })
  bootstrap.monitor.phase('following')
  bootstrap.monitor.members(['a'])
  bootstrap.run(600, () => bootstrap.monitor.presence('a', presence(0)))
  t.true(bootstrap.monitor.status().healthy)
  bootstrap.run(300)
  t.deepEqual(bootstrap.standing, ['no-peers-reachable'])
  const trainer = new Machine()
  trainer.monitor.phase('training')
  trainer.monitor.presence('a', presence(0, { role: 'bootstrap' }))
  trainer.run(600)
  t.true(trainer.monitor.status().healthy)
})

test('should tell its own wrong replica from that of another', (t) => {
  const machine = new Machine()
  const { monitor } = machine
  monitor.replica('c', 'mine')
  const say = (peer: string, hash: string): void => {
    monitor.presence(peer, presence(0, { replica: { cut: 'c', hash } }))
    machine.run(1)
  }
  say('a', 'other')
  t.deepEqual(machine.standing, ['replica-differs'])
  t.regex(monitor.status().reason, /it differs from 1 of 1 comparable member\./)
  say('b', 'mine')
  t.deepEqual(machine.standing, ['replica-differs'])
  say('c', 'mine')
  t.deepEqual(machine.standing, ['member-differs'])
  t.true(monitor.status().healthy)
  say('a', 'mine')
  // Said again about the same cut, it counts.
  t.deepEqual(machine.standing, [])
})

test('should show what the disk refuses until it takes it', (t) => {
  const machine = new Machine()
  const { monitor } = machine
  monitor.refused('checkpoint', Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
  monitor.refused('record', Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
  t.deepEqual(machine.standing, ['disk-full'])
  monitor.recovered('record')
  t.deepEqual(machine.standing, ['disk-full'])
  monitor.refused('checkpoint', new Error('EROFS'))
  t.deepEqual(machine.standing, ['checkpoint-failed'])
  t.is(monitor.status().checkpoint.failures, 2)
  monitor.checkpointed({ round: 1, bytes: 100e6 })
  t.deepEqual(machine.standing, [])
  machine.free = 299e6
  machine.run(1)
  t.deepEqual(machine.standing, ['disk-low'])
  machine.free = 301e6
  machine.run(1)
  t.deepEqual(machine.standing, [])
})

test('should watch memory, the event loop and the clock', (t) => {
  const machine = new Machine({}, 200e6)
  const { monitor } = machine
  const after = (seconds: number): readonly string[] => {
    machine.run(seconds)
    return machine.standing
  }
  t.deepEqual(after(1), [])
  machine.rss = 180e6
  t.deepEqual(after(1), ['memory-near-limit'])
  machine.rss = 171e6
  t.deepEqual(after(1), ['memory-near-limit'])
  machine.rss = 169e6
  t.deepEqual(after(1), [])
  machine.loop = { mean: 5, p99: 251, max: 900 }
  t.deepEqual(after(10), ['loop-delay'])
  t.deepEqual(monitor.status().time.loopDelayMs, machine.loop)
  machine.loop = { mean: 0, p99: 1, max: 2 }
  t.deepEqual(after(10), [])
  machine.offset -= 3600 * SECOND
  t.deepEqual(after(1), ['clock-jump'])
  t.regex(monitor.status().alarms[0]!.text, /: 60 minutes backwards\.$/)
  t.is(monitor.status().time.uptimeSeconds, 25)
  t.deepEqual(after(599), ['clock-jump'])
  t.deepEqual(after(1), [])
})

test('should speak up when training goes wrong, and stop when it does not', (t) => {
  const machine = new Machine()
  const { monitor } = machine
  monitor.trouble({ skippedSteps: 0, divergedRounds: 1 }, true)
  t.deepEqual(machine.standing, ['diverging'])
  t.false(monitor.status().healthy)
  monitor.trouble({ skippedSteps: 3, divergedRounds: 1 }, false)
  t.deepEqual(machine.standing, ['skipped-steps'])
  machine.run(600)
  monitor.trouble({ skippedSteps: 3, divergedRounds: 1 }, false)
  t.deepEqual(machine.standing, [])
  t.deepEqual(monitor.status().training, { skippedSteps: 3, divergedRounds: 1 })
})

test('should go on with the curve of earlier lives', (t) => {
  const { monitor } = new Machine()
  const old = (round: number, accuracy: number | null) => ({
    at: round,
    round,
    loss: 2,
    accuracy,
    testLoss: null,
    bytesSent: 5,
    bytesReceived: 5
  })
  monitor.restore([old(0, 0.5), old(1, null), old(2, null)])
  t.deepEqual([monitor.status().loss, monitor.status().accuracy], [2, 0.5])
  monitor.round(record(2))
  t.deepEqual(
    monitor.curves().map(({ peer, points }) => [peer, points.map(({ round }) => round)]),
    [['self', [0, 1, 2]]]
  )
  t.is(monitor.curve()[2]!.bytesSent, 0)
})

test('should tell those who listen, and nobody after that', (t) => {
  const machine = new Machine()
  const { monitor } = machine
  const events: SourceEvent['type'][] = []
  const end = monitor.subscribe(({ type }) => events.push(type))
  monitor.round(record(0))
  machine.run(2)
  end()
  monitor.round(record(1))
  machine.run(2)
  t.deepEqual(events, ['point', 'status', 'status'])
  monitor.close()
  t.true(machine.closed)
})
