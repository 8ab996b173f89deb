/** A peer that changes deltas on their way: it is found out, and nobody else is blamed. */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import type { Outgoing } from '../../../../src/wire/link-end.ts'
import { Mesh } from './mesh.ts'
import { hashSlowly, replicaOf } from './mesh-oracle.ts'
import { tinyCode, tinyCompute, tinyInitial, tinyStrategy } from './tiny.ts'

const SCHEDULES = 100
const DELTA = 4
const NAMES = ['p0', 'p1', 'p2', 'p3', 'p4']
const EDGES = NAMES.flatMap((_, b) => Array.from({ length: b }, (__, a) => [a, b] as const))

test(`should agree, and blame the one that changes deltas, in each of ${SCHEDULES} schedules`, (t) => {
  const totals = { changed: 0, blamed: 0 }
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const random = seeded(seed).fork('tamper')
    const strategy = tinyStrategy(NAMES.length, 1_000_000)
    let lying = true
    const tamper = (from: number, _: number, message: Outgoing): Outgoing => {
      if (!lying || from !== 0 || message.kind !== DELTA || random.next() < 0.7) return message
      const body = message.body.slice()
      body[random.integer(body.length)]! ^= 1 << random.integer(8)
      totals.changed++
      return { ...message, body }
    }
    const mesh = new Mesh({
      strategy,
      names: NAMES,
      edges: EDGES,
      compute: (index) => tinyCompute(strategy, index),
      seed,
      breaks: 0.01,
      tamper
    })
    mesh.startAll()
    mesh.run(() => mesh.published.length >= 20)
    // What it has been doubted for is forgotten with its links.
    lying = false
    mesh.partition((a) => a !== 0)
    mesh.partition(() => true)
    mesh.settle()
    const expected = hashSlowly(replicaOf(tinyInitial(), mesh.published, tinyCode))
    for (const [index, { name, rejects }] of mesh.peers.entries()) {
      if (mesh.hash(index) !== expected) t.fail(`seed ${seed}: ${name} differs`)
      const others = rejects.filter((reject) => !reject.startsWith('p0 '))
      if (others.length > 0) t.fail(`seed ${seed}: ${name} blames ${others}`)
      totals.blamed += rejects.length
    }
  }
  t.log(totals)
  t.true(totals.blamed > totals.changed / 4)
})
