/**
 * Every round once, with the mean of the updates that were counted in it, under random kills, returns,
 * partitions, broken links, late and repeated frames.
 */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { isRight, runFederated } from '../../helpers/federated-swarm.ts'
import type { ServerSetting } from '../../helpers/server-swarm.ts'

const SEEDS = 60
/** At most as many at a time as the replicas can lose: the next one after the group is whole again. */
const APART_MS = 2500

interface Plan {
  readonly setting: ServerSetting
  /** Peers that lose a life. */
  readonly dead: ReadonlySet<number>
}

const planOf = (seed: number): Plan => {
  const random = seeded(seed).fork('federated plan')
  const peers = 4 + random.integer(3)
  const replicas = 2 + random.integer(2)
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
  const fraction = [0.3, 0.6, 1][random.integer(3)]!
  const strategy = { fraction, replicas, rebuildAfterMs: null, deadlineMs: 3000 }
  const stepMs = (peer: number): number => 3 + 2 * peer
  return {
    setting: { peers, rounds: 60, seed, strategy, network, faults, stepMs },
    dead: new Set(victims.slice(0, kills))
  }
}

test('should close every round once with the updates that were counted, whoever dies', (t) => {
  const fired: Record<string, number> = {}
  let terms = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const { setting, dead } = planOf(seed)
    const run = runFederated(setting)
    for (const { event } of run.swarm.faults.log) fired[event] = (fired[event] ?? 0) + 1
    for (const [what, times] of Object.entries(run.swarm.network.faults)) {
      fired[what] = (fired[what] ?? 0) + times
    }
    for (const { term } of run.leads.values()) terms = Math.max(terms, term)
    t.deepEqual(run.notices, [], `seed ${seed}`)
    isRight(t, run, setting, dead, `seed ${seed}`)
  }
  const injectors = ['crashed', 'returned', 'partitioned', 'healed']
  for (const what of [...injectors, 'lostFrames', 'delayedFrames', 'duplicatedFrames']) {
    t.true((fired[what] ?? 0) > 5, `${what}: ${fired[what]}`)
  }
  t.true(terms > 3, 'hardly a coordinator was replaced')
})
