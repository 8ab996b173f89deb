/**
 * Acknowledged pushes against what the shards hold, under random kills, returns, partitions, broken links,
 * late and repeated frames. Every push takes 1 off elements that are its peer's alone, so the sums say
 * exactly how often each was counted.
 */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { statuses } from '../../helpers/faulty-swarm.ts'
import {
  countsOf,
  createServerSwarm,
  runServers,
  type ServerSetting
} from '../../helpers/server-swarm.ts'

const SEEDS = 60

/** At most as many at a time as the replicas can lose: the next one after the group is whole again. */
const APART_MS = 2500

interface Plan {
  readonly setting: ServerSetting
  /** Peers that lose a life, and with it what they had not been told of. */
  readonly dead: ReadonlySet<number>
}

const planOf = (seed: number, mode: string): Plan => {
  const random = seeded(seed).fork('plan')
  const peers = 4 + random.integer(4)
  const shards = 1 + random.integer(2)
  const replicas = peers >= 3 * shards ? 2 + random.integer(2) : 2
  const victims = Array.from({ length: peers }, (_, peer) => ({ peer, lot: random.next() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ peer }) => peer)
  // A quorum has to stay.
  const kills = random.integer(Math.min(3, Math.ceil(peers / 2)))
  const faults: object[] = victims.slice(0, kills).map((peer, i) => {
    const atMs = 30 + i * APART_MS + random.integer(900)
    const returnMs = random.integer(2) === 0 ? atMs + 900 + random.integer(1500) : null
    return { kind: 'crash', peers: [peer], atMs, returnMs }
  })
  if (random.integer(3) === 0) {
    const fromMs = 100 + random.integer(1500)
    // Who is away for longer may find that the others are through.
    const toMs = fromMs + 200 + random.integer(1500)
    faults.push({ kind: 'partition', groups: [[victims.at(-1)!]], fromMs, toMs })
  }
  const network = {
    latencyMs: 5 + random.integer(30),
    jitterMs: 3,
    loss: 0.003 * random.integer(2),
    duplicates: 0.2,
    delays: { probability: 0.02, ms: 150 },
    discoveryMs: 50
  }
  const strategy = { mode, shards, replicas, bound: 2, rebuildAfterMs: null, patienceMs: 3000 }
  const stepMs = (peer: number): number => 3 + 2 * peer
  return {
    setting: { peers, rounds: 50, seed, strategy, network, faults, stepMs },
    dead: new Set(victims.slice(0, kills))
  }
}

for (const mode of ['asynchronous', 'bounded', 'synchronous']) {
  test(`should count every acknowledged push once, whoever dies: ${mode}`, (t) => {
    const fired: Record<string, number> = {}
    let terms = 0
    for (let seed = 0; seed < SEEDS; seed++) {
      const { setting, dead } = planOf(seed, mode)
      const { peers } = setting
      const run = createServerSwarm(setting)
      run.swarm.begin()
      runServers(run)
      const label = `seed ${seed}`
      for (const { event } of run.swarm.faults.log) fired[event] = (fired[event] ?? 0) + 1
      for (const [what, times] of Object.entries(run.swarm.network.faults)) {
        fired[what] = (fired[what] ?? 0) + times
      }
      for (const { term } of run.leads.values()) terms = Math.max(terms, term)
      for (const [term, primaries] of run.answered) t.is(primaries.size, 1, `${label}: ${term}`)
      t.deepEqual(run.notices, [], label)
      for (let peer = 0; peer < peers; peer++) {
        if (!dead.has(peer)) t.is(statuses(run.swarm)[peer], 'finished', `${label}: peer ${peer}`)
        // Means and n-ths are no whole numbers.
        if (mode !== 'asynchronous') continue
        const issued = run.issued[peer]!
        const counts = countsOf(run, peers, peer)
        counts.forEach((count, i) => {
          const shard = Math.floor((i * run.leads.size) / counts.length)
          const told = [...run.acknowledged[peer]!].filter((push) => push.startsWith(`${shard} `))
          const least = dead.has(peer) ? told.length : issued
          t.true(count >= least && count <= issued, `${label}: peer ${peer}: ${count} of ${issued}`)
        })
      }
    }
    const injectors = ['crashed', 'returned', 'partitioned', 'healed']
    for (const what of [...injectors, 'lostFrames', 'delayedFrames', 'duplicatedFrames']) {
      t.true((fired[what] ?? 0) > 5, `${what}: ${fired[what]}`)
    }
    t.true(terms > 5, 'hardly a shard changed hands')
  })
}
