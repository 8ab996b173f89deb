/** Two peers of one name: their origin signs two deltas with one number, and must be taken back by all. */
import test from 'ava'
import type { Delta } from '../../../../src/strategy/delta-set/kinds.ts'
import { Mesh } from './mesh.ts'
import { hashSlowly, replicaOf } from './mesh-oracle.ts'
import { tinyCode, tinyCompute, tinyInitial, tinyStrategy } from './tiny.ts'

const SCHEDULES = 200
const ENDLESS = 1_000_000
const HONEST = 4
const TWINS = [4, 5]
/** A ring of honest peers, with the twins on its two sides. */
const EDGES = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
  [0, 4],
  [2, 5]
] as const

/** `forked`: the lowest number of which the twins have told two different deltas; null: none. */
interface Told {
  readonly deltas: Map<number, Set<string>>
  forked: number | null
}

const swarm = (seed: number): { mesh: Mesh; told: Told } => {
  const strategy = tinyStrategy(HONEST + 1, ENDLESS)
  const told: Told = { deltas: new Map(), forked: null }
  const mesh = new Mesh({
    strategy,
    names: ['p0', 'p1', 'p2', 'p3', 'x', 'x'],
    edges: EDGES,
    compute: (index) => tinyCompute(strategy, index),
    seed,
    breaks: seed % 2 === 0 ? 0 : 0.01,
    tamper: (from, _, outgoing) => {
      const { codec } = strategy
      const message = codec.decode(outgoing.kind, outgoing.channel, outgoing.body)
      if (message.kind !== 'delta' || !TWINS.includes(from)) return outgoing
      const text = textOf(message.body)
      const own = mesh.peers[from]!.own.some(
        ({ seq, body }) => seq === message.seq && textOf(body) === text
      )
      if (!own) return outgoing
      const bodies = told.deltas.get(message.seq) ?? new Set()
      told.deltas.set(message.seq, bodies.add(text))
      if (bodies.size > 1) told.forked = Math.min(told.forked ?? Infinity, message.seq)
      return outgoing
    }
  })
  return { mesh, told }
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What counts: all of the honest, and of the twins what they have told alike before the fork. */
const counted = (published: readonly Delta[], { deltas, forked }: Told): readonly Delta[] => {
  const common = published.filter(({ origin, seq, body }) => {
    if (origin !== 'x') return true
    return seq < forked! && deltas.get(seq)?.has(textOf(body)) === true
  })
  // A twin keeps the other's delta, too, where its own came too late.
  return [...new Map(common.map((one) => [`${one.origin} ${one.seq}`, one])).values()]
}

test(`should take back what follows the fork, exactly, in each of ${SCHEDULES} schedules`, (t) => {
  let late = 0
  let undone = 0
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const { mesh, told } = swarm(seed)
    for (const index of [0, 1, 2, 3, 4]) mesh.start(index)
    // The second twin comes when the first has been heard, more or less.
    mesh.run(() => mesh.published.length >= seed % 10)
    mesh.start(5)
    mesh.run(() => told.forked !== null)
    const more = mesh.published.length + 6
    mesh.run(() => mesh.published.length >= more)
    mesh.settle()
    const kept = counted(mesh.published, told)
    const expected = hashSlowly(replicaOf(tinyInitial(), kept, tinyCode))
    for (let i = 0; i < HONEST; i++) {
      if (mesh.hash(i) !== expected) t.fail(`seed ${seed}: peer ${i} differs`)
      // The twins have themselves to blame.
      const blamed = mesh.peers[i]!.rejects.filter((reject) => !reject.startsWith('x '))
      if (blamed.length > 0) t.fail(`seed ${seed}: peer ${i} blames ${blamed}`)
    }
    if (told.forked! > 1) late++
    undone += mesh.undone
  }
  t.log({ late, undone })
  t.true(late > SCHEDULES / 10, 'the twins hardly ever agreed on a beginning')
  t.true(undone > SCHEDULES, 'hardly anything was ever taken back')
})
