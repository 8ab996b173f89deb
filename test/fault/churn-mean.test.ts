/** Peers that come and go without a crash take nothing of the mean with them but their own replica. */
import test from 'ava'
import { meanDrift, meanVector } from '../../src/consensus/consensus-distance.ts'
import { seeded } from '../../src/random.ts'
import type { FaultEntry } from '../../src/storage/results.ts'
import { distance } from '../helpers/distance.ts'
import { beginnings, happened, mixedOf, replicasOf, runFaulty } from '../helpers/faulty-swarm.ts'

const VICTIM = 2

test('should take its replica away with a peer that leaves, and average what is left', (t) => {
  for (const at of [40, 75, 110]) {
    const { swarm } = runFaulty({
      peers: 6,
      rounds: 80,
      topology: { name: 'ring' },
      faults: [{ kind: 'leave', peers: [VICTIM], atMs: at }]
    })
    t.is(happened(swarm), `left ${VICTIM}`)
    const initial = meanVector(beginnings(6))
    const left = swarm.members[VICTIM]!.replica!
    // The mean of those that stay: (n m - x) / (n - 1), in float64.
    const expected = initial.map((value, i) => (6 * value - left[i]!) / 5)
    for (const { index, replica } of swarm.members) {
      if (index === VICTIM) continue
      // float32 rounding of some dozens of mixings of numbers about 1, in 20 places.
      t.true(distance(replica!, expected) < 1e-4, `${distance(replica!, expected)} at ${at} ms`)
    }
    t.true(distance(left, expected) > 1e-3, 'it left before all was averaged')
  }
})

/** Whether a peer had completed a round by then; lines are `peer round heard missed at bytes`. */
const hadRound = (trace: readonly string[], peer: number, by: number): boolean =>
  trace.some((line) => {
    const [who, , , , at] = line.split(' ').map(Number)
    return who === peer && at! <= by
  })

/** Faults of every kind but crashes, drawn from a seed. Partitions heal long before the end. */
const gentle = (seed: number, peers: number): object[] => {
  const random = seeded(seed).fork('gentle')
  const faults: object[] = []
  for (let peer = 0; peer < peers; peer++) {
    const atMs = random.integer(800)
    const what = random.integer(5)
    if (what === 0) faults.push({ kind: 'join', peers: [peer], atMs })
    if (what === 1) faults.push({ kind: 'leave', peers: [peer], atMs })
    if (what === 2) faults.push({ kind: 'leave', peers: [peer], atMs, returnMs: atMs + 3000 })
    if (what === 3) {
      const times = { meanUpMs: 20 + random.integer(400), meanAwayMs: 20 + random.integer(200) }
      faults.push({ kind: 'churn', peers: [peer], ...times, crashes: 0, toMs: 1500 })
    }
  }
  const fromMs = random.integer(300)
  if (random.integer(2) === 0) {
    faults.push({
      kind: 'partition',
      groups: [[0]],
      fromMs,
      toMs: fromMs + 1 + random.integer(300)
    })
  }
  return faults
}

const NETWORKS = [
  { latencyMs: 0 },
  { latencyMs: 1, jitterMs: 2 },
  { latencyMs: { distribution: 'lognormal', median: 30, sigma: 1 }, discoveryMs: 5 },
  { bandwidthMbps: { up: 0.5, down: 2 }, delays: { probability: 0.1, ms: 150 } },
  { loss: 0.02, jitterMs: 10 }
]

const TOPOLOGIES = [
  { name: 'ring' },
  { name: 'full' },
  { name: 'random-regular', degree: 3 },
  { name: 'random-regular', degree: 2, lifetime: 3 }
]

test('should not move the mean as long as nobody crashes', (t) => {
  const counts = new Map<string, number>()
  let checked = 0
  for (let seed = 0; seed < 160; seed++) {
    const peers = 3 + (seed % 6)
    const { swarm, trace } = runFaulty({
      peers,
      rounds: 120,
      seed,
      faults: gentle(seed, peers),
      network: NETWORKS[seed % NETWORKS.length]!,
      topology: TOPOLOGIES[seed % TOPOLOGIES.length]!,
      // Neighbours that a deadline passes by still owe their part when somebody leaves.
      strategy: { deadline: { floorMs: 5 + (seed % 3) * 20, ceilingMs: 100 } },
      stepMs: 1 + (seed % 4) * 6
    })
    for (const [event, count] of Object.entries(swarm.faults.counts)) {
      counts.set(event, (counts.get(event) ?? 0) + count)
    }
    const drift = meanDrift(mixedOf(swarm.members))
    t.true(drift < 1e-6, `seed ${seed}: ${drift}, ${happened(swarm)}`)
    // The same from the replicas themselves: what one has gained another has lost. But who comes to a
    // swarm under way without a round of its own takes the others' replicas, and brings nothing in.
    if (swarm.members.some(({ replica }) => replica === null)) continue
    const bare = ({ peer, event, atMs }: FaultEntry): boolean =>
      event === 'joined' || (event === 'left' && !hadRound(trace, peer!, atMs))
    if (swarm.faults.log.some(bare)) continue
    checked++
    const moved = distance(meanVector(replicasOf(swarm.members)), meanVector(beginnings(peers)))
    t.true(moved < 1e-5, `seed ${seed}: ${moved}`)
  }
  t.true(checked > 20, `the mean was looked at in ${checked} swarms only`)
  for (const event of ['joined', 'left', 'returned', 'partitioned', 'healed']) {
    t.true((counts.get(event) ?? 0) > 20, `only ${counts.get(event)} ${event}`)
  }
})

test('should give every exchange that was mixed at one end to the other before the end', (t) => {
  // Without latency nothing but the queue of jobs stands between the last exchange and the end.
  for (const stepMs of [1, 10, 50]) {
    const { swarm } = runFaulty({
      peers: 6,
      rounds: 10,
      stepMs,
      network: { latencyMs: 0 },
      topology: { name: 'full' }
    })
    t.true(meanDrift(mixedOf(swarm.members)) < 1e-6, `steps of ${stepMs} ms`)
  }
})
