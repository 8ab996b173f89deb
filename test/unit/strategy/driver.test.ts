import test from 'ava'
import { Neighbourhood } from '../../../src/consensus/neighbourhood.ts'
import type { Topology } from '../../../src/consensus/topology.ts'
import { seeded } from '../../../src/random.ts'
import { Driver, type Host } from '../../../src/strategy/driver.ts'
import type { Effect, Kinds, ProtocolEvent, Strategy } from '../../../src/strategy/strategy.ts'
import { encodeFrame, FRAME_OVERHEAD, type Frame } from '../../../src/wire/frame.ts'
import { rejected } from '../../../src/wire/reject.ts'

/** Two epochs of two rounds each: a's neighbour is b, then c. The third epoch is like the second. */
const topology: Topology = {
  name: 'ring',
  lifetime: 2,
  maxDegree: () => 1,
  graph: (members, epoch) =>
    members < 3 ? [[1], [0]] : epoch === 0 ? [[1], [0], []] : [[2], [], [0]]
}

interface Stage {
  readonly driver: Driver<Kinds>
  /** Events that reached the protocol, and calls that reached the host, in order. */
  readonly log: string[]
}

type Script = (event: ProtocolEvent<Kinds>) => ReadonlyArray<Effect<Kinds>>

/** A driver around a scripted protocol; `react` sees the host's calls and may call back at once. */
const stage = (
  script: Script,
  react: (call: string, driver: Driver<Kinds>) => void = () => {},
  others: readonly string[] = ['b', 'c']
): Stage => {
  const log: string[] = []
  const called = (call: string): void => {
    log.push(call)
    react(call, driver)
  }
  const host: Host<Kinds> = {
    now: () => 42,
    compute: (job) => called(`compute ${job.kind}`),
    send: (to, { kind, channel }, delivery) => called(`send ${to} ${kind} ${channel} ${delivery}`),
    release: (peer) => called(`release ${peer}`),
    timer: (name, after) => called(`timer ${name} ${after}`),
    want: (peers) => called(`want ${peers.join()}`),
    sign: () => called('sign'),
    verify: (claims) => called(`verify ${claims.length}`),
    persist: ({ kind }) => called(`persist ${kind}`),
    checkpoint: ({ round }) => called(`checkpoint ${round}`),
    replica: (cut, hash) => called(`replica ${cut} ${hash}`),
    chosen: (values) => called(`chosen ${Object.keys(values).join()}`),
    notice: (text, alarm) => called(`notice ${text}, alarm ${alarm}`),
    rejected: (peer, reason) => called(`rejected ${peer} ${reason}`),
    roundBegan: (_round, done) => {
      if (done !== null) called(`done ${done}`)
    },
    roundCompleted: ({ round, heard, missed }) => called(`round ${round} ${heard} ${missed}`),
    finished: () => called('finished')
  }
  const strategy: Strategy<Kinds> = {
    name: 'scripted',
    codec: {
      maxBody: 100,
      encode: () => ({ kind: 7, channel: 'bulk', body: new Uint8Array() }),
      decode: (kind, channel) =>
        kind === 7 ? { kind: `seven on ${channel}` } : rejected(kind === 8 ? 'values' : 'kind')
    },
    protocol: () => ({
      handle(event, now) {
        log.push(`${describe(event)} at ${now}`)
        return script(event)
      }
    }),
    compute: () => {
      throw new Error('the driver has no business with vectors')
    }
  }
  const neighbourhood = new Neighbourhood(topology, 'a', others)
  const driver = new Driver(strategy, 'a', seeded(1), neighbourhood, host)
  return { driver, log }
}

const describe = (event: ProtocolEvent<Kinds>): string => {
  switch (event.type) {
    case 'computed':
      return `computed ${event.result.kind}`
    case 'received':
      return `received ${event.from} ${event.message.kind}`
    case 'neighbours':
      return `neighbours ${event.peers.join()}`
    case 'link':
      return `link ${event.peer} ${event.state}`
    case 'timer':
      return `timer ${event.name}`
    case 'checkpointed':
      return `checkpointed ${event.kept}`
    case 'training':
      return `training ${event.on}`
    default:
      return event.type
  }
}

const frame = (kind: number): Frame => {
  const bytes = encodeFrame({ manifest: 1, layout: 2 }, kind, new Uint8Array(3))
  return { kind, body: bytes.subarray(FRAME_OVERHEAD), size: bytes.byteLength }
}

const began = (round: number, done?: number): Effect<Kinds> => ({
  type: 'round-began',
  round,
  ...(done === undefined ? {} : { done })
})

const round = (number: number): Effect<Kinds> => ({
  type: 'round-completed',
  round: number,
  heard: 1,
  missed: 0
})

test('should say that it has started before anything else, then whom to talk to', (t) => {
  const { driver, log } = stage(() => [])
  driver.start()
  t.deepEqual(log, ['started at 42', 'want b', 'neighbours b at 42'])
})

test('should perform the effects of an event in their order', (t) => {
  const { driver, log } = stage((event) =>
    event.type === 'timer'
      ? [
          { type: 'compute', job: { kind: 'one' } },
          { type: 'send', to: 'b', message: { kind: 'two' }, delivery: 'latest' },
          { type: 'release', peer: 'c' },
          { type: 'timer', name: 'four', after: 5 },
          { type: 'compute', job: { kind: 'five' } },
          { type: 'finished' }
        ]
      : []
  )
  driver.timer('x')
  t.deepEqual(log, [
    'timer x at 42',
    'compute one',
    'send b 7 bulk latest',
    'release c',
    'timer four 5',
    'compute five',
    'want ',
    'finished'
  ])
})

test('should hand over what is to be kept and what is worth knowing, and say what became of it', (t) => {
  const compute = { vectors: {}, data: null }
  const { driver, log } = stage((event) =>
    event.type === 'training'
      ? [
          { type: 'checkpoint', record: { kind: 'checkpoint', round: 3, compute } },
          { type: 'replica', cut: 'aa', hash: 'bb' },
          { type: 'notice', text: 'hear', alarm: 'expelled' },
          { type: 'notice', text: 'this' }
        ]
      : []
  )
  driver.training(false)
  driver.checkpointed(true)
  driver.budget(null)
  t.deepEqual(log, [
    'training false at 42',
    'checkpoint 3',
    'replica aa bb',
    'notice hear, alarm expelled',
    'notice this, alarm null',
    'checkpointed true at 42',
    'budget at 42'
  ])
})

test('should count those that train where it is told how many they are', (t) => {
  const told: number[] = []
  const { driver } = stage((event) => {
    if (event.type === 'neighbours') told.push(event.members)
    return []
  })
  driver.start()
  driver.members(['b', 'c'], 2)
  driver.members(['b', 'c'], 2)
  driver.members(['b', 'c'], 1)
  t.deepEqual(told, [3, 2, 1])
})

test('should let an event that comes while effects are performed wait for the last of them', (t) => {
  const { driver, log } = stage(
    (event) => {
      if (event.type === 'timer') {
        return [
          { type: 'compute', job: { kind: 'quick' } },
          { type: 'release', peer: 'b' },
          { type: 'release', peer: 'c' }
        ]
      }
      return event.type === 'computed' ? [{ type: 'timer', name: 'after', after: 1 }] : []
    },
    (call, self) => {
      // A host whose job is done at once, and whose link goes down on release.
      if (call === 'compute quick') self.computed({ kind: 'quick' })
      if (call === 'release b') self.link('b', 'down')
    }
  )
  driver.timer('x')
  t.deepEqual(log, [
    'timer x at 42',
    'compute quick',
    'release b',
    'release c',
    'computed quick at 42',
    'timer after 1',
    'link b down at 42'
  ])
})

test('should hand on what its codec accepts and count what it does not', (t) => {
  const { driver, log } = stage(() => [])
  driver.frame('b', 'bulk', frame(7))
  driver.frame('b', 'control', frame(8))
  driver.frame('c', 'control', frame(9))
  t.deepEqual(log, ['received b seven on bulk at 42', 'rejected b values', 'rejected c kind'])
})

test('should tell a change of neighbours once, at the round where the epoch begins', (t) => {
  const { driver, log } = stage((event) =>
    event.type === 'timer' ? [round(Number(event.name)), began(Number(event.name) + 1)] : []
  )
  driver.start()
  log.length = 0
  for (const name of ['0', '1', '2', '3', '4', '5']) driver.timer(name)
  t.deepEqual(
    log.filter((entry) => !entry.startsWith('timer')),
    [
      'round 0 1 0',
      // Round 1 was the first epoch's last: the neighbours of round 2 are told after it.
      'round 1 1 0',
      'want c',
      'neighbours c at 42',
      'round 2 1 0',
      'round 3 1 0',
      'round 4 1 0',
      'round 5 1 0'
    ]
  )
})

test('should tell how far the run is where that does not go by rounds', (t) => {
  const { driver, log } = stage((event) => (event.type === 'timer' ? [began(1, 0.25)] : []))
  driver.start()
  log.length = 0
  driver.timer('x')
  t.deepEqual(log, ['timer x at 42', 'done 0.25'])
})

test('should tell a change of neighbours before what the protocol did after that round', (t) => {
  const { driver, log } = stage((event) =>
    event.type === 'timer' ? [round(1), began(2), { type: 'compute', job: { kind: 'next' } }] : []
  )
  driver.start()
  log.length = 0
  driver.timer('x')
  t.deepEqual(log, ['timer x at 42', 'round 1 1 0', 'want c', 'compute next', 'neighbours c at 42'])
})

test('should tell a change of members when it changes the neighbours, and not otherwise', (t) => {
  const { driver, log } = stage(() => [], undefined, ['b'])
  driver.start()
  t.deepEqual(log, ['started at 42', 'want b', 'neighbours b at 42'])
  log.length = 0
  driver.members(['b', 'c'])
  driver.members(['c', 'b', 'b'])
  t.deepEqual(log, [])
  driver.members(['c'])
  t.deepEqual(log, ['want c', 'neighbours c at 42'])
})

test('should pass on links, timers and the wish to leave as they come', (t) => {
  const { driver, log } = stage(() => [])
  driver.link('b', 'up')
  driver.link('b', 'down')
  driver.timer('x')
  driver.leave()
  t.deepEqual(log, ['link b up at 42', 'link b down at 42', 'timer x at 42', 'leave at 42'])
})
