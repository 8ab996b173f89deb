/** The set is idempotent: whatever happens on the way, the same deltas make the same replica. */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { Mesh } from './mesh.ts'
import { hashSlowly, replicaOf } from './mesh-oracle.ts'
import { tinyCode, tinyCompute, tinyInitial, tinyStrategy } from './tiny.ts'

const SCHEDULES = 1000
/** Of all peers together, before they stop training. */
const DELTAS = 12
const ENDLESS = 1_000_000

/** A connected graph: a path, and every other edge with a chance of a third. */
const edgesOf = (peers: number, seed: number): Array<readonly [number, number]> => {
  const random = seeded(seed).fork('edges')
  const edges: Array<readonly [number, number]> = []
  for (let b = 1; b < peers; b++) {
    for (let a = 0; a < b; a++) if (a === b - 1 || random.next() < 1 / 3) edges.push([a, b])
  }
  return edges
}

test(`should give everybody the replica that all deltas make, in each of ${SCHEDULES} schedules`, (t) => {
  const totals = { broken: 0, duplicated: 0, deltas: 0 }
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const peers = 3 + (seed % 3)
    const strategy = tinyStrategy(peers, ENDLESS)
    const mesh = new Mesh({
      strategy,
      names: Array.from({ length: peers }, (_, i) => `p${i}`),
      edges: edgesOf(peers, seed),
      compute: (index) => tinyCompute(strategy, index),
      seed,
      breaks: seed % 4 === 0 ? 0 : 0.02,
      duplicates: seed % 3 === 0 ? 0 : 0.1
    })
    mesh.startAll()
    if (seed % 5 === 0) {
      // Cut in two for a while.
      mesh.run(() => mesh.published.length >= 2)
      const half = peers >> 1
      mesh.partition((a, b) => a < half === b < half)
      mesh.run(() => mesh.published.length >= DELTAS)
      mesh.partition(() => true)
    }
    mesh.run(() => mesh.published.length >= DELTAS)
    mesh.settle()
    const expected = hashSlowly(replicaOf(tinyInitial(), mesh.published, tinyCode))
    for (const index of mesh.peers.keys()) {
      if (mesh.hash(index) !== expected) t.fail(`seed ${seed}: peer ${index} differs`)
    }
    const names = mesh.published.map(({ origin, seq }) => `${origin} ${seq}`)
    if (new Set(names).size !== names.length) t.fail(`seed ${seed}: a number was signed twice`)
    totals.broken += mesh.broken
    totals.duplicated += mesh.duplicated
    totals.deltas += names.length
  }
  t.log(totals)
  t.true(totals.broken > SCHEDULES && totals.duplicated > SCHEDULES)
  t.true(totals.deltas >= SCHEDULES * DELTAS)
})
