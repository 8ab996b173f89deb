/** Peers that are stopped and started again, against one that never was: same shard, same manifest. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import {
  type Changes,
  configure,
  type Home,
  homeFor,
  runPeer,
  startPeer
} from '../helpers/daemon.ts'

const ROUNDS = 120

interface Swarm {
  readonly what: string
  readonly changes: Changes
}

const training = { steps: 4 * ROUNDS }
const SWARMS: readonly Swarm[] = [
  { what: 'delta-set and SGD', changes: { training } },
  {
    what: 'delta-set and Adam',
    changes: {
      training: {
        ...training,
        optimizer: { name: 'adam' },
        learningRate: 0.003,
        schedule: 'cosine'
      }
    }
  },
  {
    what: 'gossip averaging, SGD with momentum and slow momentum',
    changes: {
      manifest: {
        strategy: { name: 'gossip-averaging', startPatienceMs: 0, slowMomentum: 0.3 },
        compression: { name: 'int8' }
      },
      training: { ...training, optimizer: { name: 'sgd', momentum: 0.9 } }
    }
  }
]

/** The file that the peer has left at its end. */
const replica = ({ state }: Home): Promise<Buffer> => readFile(join(state, 'replica.safetensors'))

for (const { what, changes } of SWARMS) {
  test(`a peer that is stopped and started again should end as one that never was: ${what}`, async (t) => {
    const plain = await homeFor(t, changes)
    t.like(await runPeer(t, plain), { code: 0 })

    const home = await homeFor(t, changes)
    const key = join(home.state, 'identity.key')
    const lives: Array<Awaited<ReturnType<typeof readFile>>> = []
    for (const until of [20, 70]) {
      const peer = startPeer(t, home)
      await peer.round(until)
      const { code, stderr } = await peer.stop()
      t.is(code, 0, stderr)
      lives.push(await readFile(key))
    }
    const { code, stdout, stderr } = await runPeer(t, home)
    t.is(code, 0, stderr)
    t.deepEqual(lives[0], lives[1])
    t.regex(stderr, /"msg":"goes on"/)
    const rounds = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).round)
    t.true(rounds[0] > 70 && rounds.at(-1) === ROUNDS - 1, `${rounds}`)
    t.true((await replica(home)).equals(await replica(plain)), 'the same bytes')
  })
}

test('a peer that is paused by its schedule for a while should end as one that never was', async (t) => {
  const changes = { training }
  const plain = await homeFor(t, changes)
  t.like(await runPeer(t, plain), { code: 0 })
  const home = await homeFor(t, changes)
  const peer = startPeer(t, home, { env: { TZ: 'UTC' } })
  await peer.round(20)
  const soon = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(11, 13)
  await configure(home, { ...changes, config: { schedule: { train: [`${soon}:00-${soon}:01`] } } })
  peer.signal('SIGHUP')
  await peer.statusOnce(({ phase }) => phase === 'paused')
  await configure(home, changes)
  peer.signal('SIGHUP')
  const { code, stderr } = await peer.exit
  t.is(code, 0, stderr)
  t.true((await replica(home)).equals(await replica(plain)), 'the same bytes')
})
