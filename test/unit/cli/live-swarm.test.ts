import test from 'ava'
import { LiveSwarm } from '../../../src/cli/live-swarm.ts'
import type { SourceEvent } from '../../../src/peer/monitor/source.ts'
import type { PreparedPeer } from '../../../src/simulation/live/prepare.ts'
import { type RoundRecord, roundRecordSchema } from '../../../src/storage/round-record.ts'
import { SyntheticSwarm } from '../../helpers/synthetic-swarm.ts'

const real = new SyntheticSwarm({ members: 3, peers: 3 })

const peers: readonly PreparedPeer[] = real.names.map((name, index) => ({
  index,
  name,
  configFile: '',
  state: `${index}`
}))

const recordOf = (peer: number, round: number): RoundRecord =>
  roundRecordSchema.parse({
    ...{ peer, round, atMs: 0, loss: 1 / (round + 1), accuracy: null, testLoss: null },
    ...{ heard: 1, missed: 0, bytesSent: 10 * round, bytesReceived: 0 }
  })

const answers = async (state: string): Promise<Buffer> =>
  Buffer.from(JSON.stringify(real.statuses()[Number(state)]))

const turn = (): Promise<void> => new Promise((done) => void setImmediate(done))

test('the swarm should be what its peers answer, and their curves what they print', async (t) => {
  const swarm = new LiveSwarm(answers)
  const heard: SourceEvent[] = []
  swarm.subscribe((event) => heard.push(event))
  swarm.started(peers)
  swarm.ask()
  await turn()
  t.deepEqual(
    swarm.statuses().map(({ self }) => self),
    real.names
  )
  for (const round of [0, 1, 2]) swarm.record(recordOf(1, round))
  const [, curve] = swarm.curves()
  t.is(curve!.peer, real.names[1]!)
  t.deepEqual(
    curve!.points.map(({ round, loss, bytesSent }) => [round, loss, bytesSent]),
    [0, 1, 2].map((round) => [round, 1 / (round + 1), 10 * round])
  )
  t.deepEqual(
    heard.map(({ type }) => type),
    ['status', 'status', 'status', 'point', 'point', 'point']
  )
})

test('a peer that has ended should stay as it was, and be asked no more', async (t) => {
  const asked: string[] = []
  const swarm = new LiveSwarm((state) => {
    asked.push(state)
    return answers(state)
  })
  swarm.started(peers)
  swarm.ask()
  await turn()
  swarm.ended(peers[1]!, 'died (SIGKILL)')
  swarm.ask()
  await turn()
  t.is(swarm.statuses().length, 3)
  t.deepEqual(asked, ['0', '1', '2', '0', '2'])
})

test('nothing, nonsense, another version and an error should leave the peer as it was', async (t) => {
  const says: Array<() => Promise<Buffer | null>> = [
    async () => null,
    async () => Buffer.from('{'),
    async () => Buffer.from('{"schema":"swarmgrad/status/9"}'),
    () => Promise.reject(new Error('hangs'))
  ]
  const swarm = new LiveSwarm(() => (says.shift() ?? (() => answers('0')))())
  swarm.started(peers.slice(0, 1))
  for (let second = 0; second < 4; second++) {
    swarm.ask()
    await turn()
    t.deepEqual(swarm.statuses(), [])
  }
  swarm.ask()
  await turn()
  t.is(swarm.statuses().length, 1)
})

test('a slow answer should be waited for, not asked for again', async (t) => {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  let asked = 0
  const swarm = new LiveSwarm(() => {
    asked++
    return promise
  })
  swarm.started(peers.slice(0, 1))
  swarm.ask()
  swarm.ask()
  t.is(asked, 1)
  resolve(await answers('0'))
  await turn()
  swarm.ask()
  t.is(asked, 2)
})
