import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { seeded } from '../../src/random.ts'
import { temporaryFolder } from '../helpers/program.ts'
import { writeData } from '../integration/cli-harness.ts'
import { MortalSwarm } from './mortal-swarm.ts'

const PEERS = 4
const KILLS = 100
const SEED = Number(process.env['SWARMGRAD_FAULTS_SEED'] ?? 1)

const SCENARIO = {
  name: 'kills',
  seed: 3,
  mode: 'live',
  peers: PEERS,
  model: { name: 'mlp', hidden: [64] },
  data: { name: 'mnist', partition: { kind: 'dirichlet', alpha: 0.5 } },
  training: { learningRate: 0.05, batch: 16, localSteps: 4, steps: 12_000 },
  strategy: { name: 'delta-set', intervalMs: 100 },
  topology: { name: 'full' },
  evaluateEvery: 100
}

/** What the killed peer was at. */
const MOMENTS = ['any time', 'start', 'round', 'checkpoint'] as const
type Moment = (typeof MOMENTS)[number]

/** A round takes a tenth of a second, a start about one, writing a checkpoint some milliseconds. */
const LATEST: Readonly<Record<Moment, number>> = {
  'any time': 1500,
  start: 1200,
  round: 100,
  checkpoint: 8
}

test(`daemons that are killed ${KILLS} times should lose nothing that others could miss`, async (t) => {
  const folder = await temporaryFolder(t)
  const dataPath = join(folder, 'data')
  await writeData(dataPath)
  const swarm = await MortalSwarm.prepare(SCENARIO, folder, dataPath, {
    checkpoint: { everySeconds: 1 }
  })
  t.teardown(() => swarm.killAll())
  const random = seeded(SEED).fork('kills')
  const counts = new Map<Moment, number>(MOMENTS.map((moment) => [moment, 0]))
  let halfWritten = 0
  let resumed = 0
  for (let peer = 0; peer < PEERS; peer++) swarm.start(peer)
  for (let peer = 0; peer < PEERS; peer++) await swarm.nextRound(peer)

  for (let kill = 0; kill < KILLS; kill++) {
    const peer = random.integer(PEERS)
    const moment = MOMENTS[random.integer(MOMENTS.length)]!
    if (moment === 'round') await swarm.nextRound(peer)
    if (moment === 'checkpoint') await swarm.checkpointBegins(peer)
    // This is the fault's own moment; nothing waits for it.
    await sleep(random.next() * LATEST[moment])
    const ending = await swarm.kill(peer)
    t.is(ending.signal, 'SIGKILL', `kill ${kill}: nobody has ended by itself`)
    counts.set(moment, counts.get(moment)! + 1)
    if (await swarm.isWriting(peer)) halfWritten++
    const kept = await swarm.checkpoint(peer)
    swarm.start(peer)
    // The next victim may be this one, on its way up.
    if (moment !== 'start') await swarm.nextRound(peer)
    if (moment === 'start' || kept === null) continue
    const log = await swarm.log(peer)
    const goesOn = log.find(({ msg }) => msg === 'goes on')
    t.is(goesOn?.['round'], kept.round, `kill ${kill}: peer ${peer} goes on from its checkpoint`)
    t.false(
      log.some(({ msg }) => /damaged|expelled|proof/.test(String(msg))),
      `kill ${kill}: peer ${peer} has found everything whole`
    )
    resumed++
  }

  const endings = await swarm.endings()
  t.deepEqual(
    endings,
    endings.map(() => ({ code: 0, signal: null }))
  )
  const summaries = await Promise.all(swarm.peers.map(({ index }) => swarm.summary(index)))
  for (const { peer, replicaHash, rejected } of summaries) {
    t.is(replicaHash, summaries[0]!.replicaHash, `peer ${peer} has the others' replica`)
    t.deepEqual(rejected, {}, `nobody has refused anything of peer ${peer}'s`)
  }
  // The faults have been there.
  for (const [moment, count] of counts) t.true(count > KILLS / 10, `${moment}: ${count}`)
  t.true(halfWritten >= 5, `${halfWritten} deaths left a checkpoint half-written`)
  t.true(resumed > KILLS / 2)
  t.log(
    `seed ${SEED}: ${[...counts].map(([moment, count]) => `${count} at ${moment}`).join(', ')}; ` +
      `${halfWritten} left a checkpoint half-written; ${resumed} of the lives looked into went on from their ` +
      `checkpoint; replica ${summaries[0]!.replicaHash?.slice(0, 16)}, ` +
      `accuracy ${summaries.map(({ accuracy }) => accuracy?.toFixed(3)).join(' ')}`
  )
})
