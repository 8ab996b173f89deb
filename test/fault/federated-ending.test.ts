/** Runs that end at a date, and peers that are told in mid-run to train, or to train no more. */
import test from 'ava'
import type { VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { statuses } from '../helpers/faulty-swarm.ts'
import { countedIn, createFederatedSwarm } from '../helpers/federated-swarm.ts'
import { runServers, type ServerSetting } from '../helpers/server-swarm.ts'

const PEERS = 6
const BASE: ServerSetting = {
  peers: PEERS,
  rounds: 200,
  strategy: { fraction: 0.5, rebuildAfterMs: null, failoverMs: 200, deadlineMs: 1000 },
  network: { discoveryMs: 50 },
  stepMs: () => 8
}
const ENDS_MS = 1500

for (const skewMs of [0, 7, 150]) {
  for (const fraction of [0.2, 0.5, 1]) {
    test(`all should end with one model, ${fraction} of them drawn, clocks ${skewMs} ms apart`, (t) => {
      const setting = { ...BASE, strategy: { ...BASE.strategy, fraction } }
      const run = createFederatedSwarm(setting)
      const { clock, members } = run.swarm
      run.swarm.begin()
      for (const { index } of members) {
        clock.after(ENDS_MS + index * skewMs, () => members[index]!.peer?.end())
      }
      runServers(run)
      t.deepEqual(statuses(run.swarm), new Array(PEERS).fill('finished'))
      const counted = countedIn(t, run, setting).filter((peers) => peers.length > 0)
      t.true(counted.length > 5 && counted.length < 100, `${counted.length} rounds`)
      // Who is told at the same time has the same model; whoever is told later may do a round more.
      const models = members.map(({ replica }) => replica!)
      if (skewMs === 0) for (const model of models) t.deepEqual(model, models[0])
      t.true(clock.now < ENDS_MS + PEERS * skewMs + 1500, `${clock.now} ms`)
    })
  }
}

const trainsFrom = (swarm: VirtualSwarm, peer: number, atMs: number, on: boolean): void => {
  swarm.clock.after(atMs, () => swarm.members[peer]!.peer!.training(on))
}

test('who is to train no more should not be drawn from then on, and follow', (t) => {
  const setting = { ...BASE, rounds: 60 }
  const run = createFederatedSwarm(setting)
  run.swarm.begin()
  trainsFrom(run.swarm, 3, 500, false)
  runServers(run, () => run.swarm.clock.now >= 600)
  const steps = run.steps[3]!
  const reached = Math.max(...run.rounds.flat())
  runServers(run)
  t.is(run.steps[3], steps)
  t.true(steps > 0)
  const counted = countedIn(t, run, setting)
  for (const peers of counted.slice(reached + 2)) t.false(peers.includes(3))
  // Two or three of five.
  for (const peers of counted) t.true(peers.length >= 2)
  t.deepEqual(statuses(run.swarm), new Array(PEERS).fill('finished'))
  t.deepEqual(run.swarm.members[3]!.replica, run.params(0))
})

test('who is to train from now on should be drawn with the others', (t) => {
  const setting = { ...BASE, rounds: 60, trains: (peer: number) => peer !== 3 }
  const run = createFederatedSwarm(setting)
  run.swarm.begin()
  trainsFrom(run.swarm, 3, 500, true)
  runServers(run, () => run.swarm.clock.now >= 499)
  t.is(run.steps[3], 0)
  runServers(run)
  const mine = countedIn(t, run, setting).flatMap((peers, round) =>
    peers.includes(3) ? [round] : []
  )
  t.true(mine.length > 10 && mine[0]! > 3, `${mine}`)
  t.deepEqual(statuses(run.swarm), new Array(PEERS).fill('finished'))
})
