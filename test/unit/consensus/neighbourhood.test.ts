import test from 'ava'
import { Neighbourhood } from '../../../src/consensus/neighbourhood.ts'
import { createTopology } from '../../../src/consensus/topologies.ts'
import type { Topology } from '../../../src/consensus/topology.ts'
import { permutation, seeded } from '../../../src/random.ts'
import { topologySchema } from '../../../src/swarm/recipe.ts'

const topologyOf = (config: object): Topology =>
  createTopology(topologySchema.parse(config), seeded(3).fork('topology'))

const TOPOLOGIES: Readonly<Record<string, Topology>> = {
  ring: topologyOf({ name: 'ring' }),
  full: topologyOf({ name: 'full' }),
  'random regular': topologyOf({ name: 'random-regular', degree: 3 }),
  'redrawn random regular': topologyOf({ name: 'random-regular', degree: 3, lifetime: 4 })
}

const name = (index: number): string => `peer-${String(index).padStart(3, '0')}`
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => name(i))

const shuffled = <T>(values: readonly T[], seed: number): T[] =>
  [...permutation(seeded(seed), values.length)].map((i) => values[i]!)

/** The row of the graph over all members in the order of their names. */
const expected = (topology: Topology, members: readonly string[], self: string, round: number) => {
  const sorted = [...new Set([self, ...members])].sort()
  const epoch = topology.lifetime === null ? 0 : Math.floor(round / topology.lifetime)
  return topology.graph(sorted.length, epoch)[sorted.indexOf(self)]!.map((i) => sorted[i]!)
}

for (const [label, topology] of Object.entries(TOPOLOGIES)) {
  test(`should give the neighbours in the graph of all members by name: ${label}`, (t) => {
    for (const count of [1, 2, 3, 5, 12]) {
      const members = names(count)
      for (const self of members) {
        const others = members.filter((member) => member !== self)
        const given: Array<readonly [string, Iterable<string>]> = [
          ['the others', others],
          ['all of them', members],
          ['in any order', shuffled(members, count)],
          ['the others in any order', shuffled(others, count)],
          ['a set', new Set(others)],
          ['some twice', [...others, ...others]]
        ]
        for (const [how, list] of given) {
          const neighbourhood = new Neighbourhood(topology, self, list)
          t.deepEqual(neighbourhood.changedAt(0), expected(topology, members, self, 0), how)
        }
      }
    }
  })

  test(`should be alike at both ends of every edge, in every round: ${label}`, (t) => {
    const members = names(10)
    const all = new Map(
      members.map((self) => [self, new Neighbourhood(topology, self, members)] as const)
    )
    const current = new Map<string, readonly string[]>()
    for (let round = 0; round < 20; round++) {
      for (const [self, neighbourhood] of all) {
        current.set(self, neighbourhood.changedAt(round) ?? current.get(self)!)
      }
      for (const [self, row] of current) {
        t.deepEqual(row, expected(topology, members, self, round), `${self} in round ${round}`)
        for (const other of row) t.true(current.get(other)!.includes(self))
      }
    }
  })
}

test('should say nothing while the neighbours are the ones given last', (t) => {
  const neighbourhood = new Neighbourhood(TOPOLOGIES['redrawn random regular']!, name(0), names(40))
  const changes = Array.from({ length: 40 }, (_, round) => neighbourhood.changedAt(round) !== null)
  // 40 members, epochs of four rounds: an epoch's graph is hardly ever the last one's.
  t.deepEqual(
    changes,
    changes.map((_, round) => round % 4 === 0)
  )
  const still = new Neighbourhood(TOPOLOGIES['ring']!, name(0), names(5))
  t.not(still.changedAt(0), null)
  for (const round of [0, 1, 1000]) t.is(still.changedAt(round), null)
})

test('should say so when members come and go, only to those whose neighbours change', (t) => {
  const ring = TOPOLOGIES['ring']!
  const neighbourhood = new Neighbourhood(ring, name(0), names(5))
  t.deepEqual(neighbourhood.changedAt(0), [name(1), name(4)])
  neighbourhood.others = [...names(5), name(7)]
  t.deepEqual(neighbourhood.changedAt(0), [name(1), name(7)])
  neighbourhood.others = [...names(2), name(6), name(7)]
  t.is(neighbourhood.changedAt(0), null, 'its own are the same')
  neighbourhood.others = []
  t.deepEqual(neighbourhood.changedAt(0), [])
})

test('should agree with a new one after any changes of members and rounds', (t) => {
  const random = seeded(8)
  for (const topology of Object.values(TOPOLOGIES)) {
    const self = name(4)
    const neighbourhood = new Neighbourhood(topology, self, [])
    let current: readonly string[] | null = null
    for (let i = 0; i < 300; i++) {
      const round = random.integer(30)
      const members = names(12).filter(() => random.next() < 0.6)
      if (random.next() < 0.5) neighbourhood.others = shuffled(members, i)
      else {
        const sorted = [...new Set([self, ...members])].sort()
        neighbourhood.others = sorted
        const next = neighbourhood.changedAt(round)
        current = next ?? current
        t.deepEqual(current, expected(topology, members, self, round))
        t.deepEqual(sorted, [...new Set([self, ...members])].sort(), 'the list is left alone')
      }
    }
  }
})

test('should sort names as strings, and find its own wherever it stands', (t) => {
  const members = ['z', 'B', 'peer-10', 'peer-9', 'ä', 'a', '12D3', '']
  for (const self of members) {
    for (const list of [members, [...members].sort(), members.filter((one) => one !== self)]) {
      const neighbourhood = new Neighbourhood(TOPOLOGIES['ring']!, self, list)
      t.deepEqual(neighbourhood.changedAt(0), expected(TOPOLOGIES['ring']!, members, self, 0), self)
    }
  }
})

test('should count all members, or those that it is told train', (t) => {
  const neighbourhood = new Neighbourhood(TOPOLOGIES['ring']!, name(0), names(9))
  t.is(neighbourhood.members, 9)
  neighbourhood.trainers = 4
  t.is(neighbourhood.members, 4)
  neighbourhood.others = names(7)
  t.is(neighbourhood.members, 4)
  neighbourhood.trainers = null
  t.is(neighbourhood.members, 7)
})

test('should give the same neighbours again when another number trains', (t) => {
  const neighbourhood = new Neighbourhood(TOPOLOGIES['ring']!, name(0), names(9))
  const ring = [name(1), name(8)]
  t.deepEqual(neighbourhood.changedAt(0), ring)
  neighbourhood.trainers = 9
  t.is(neighbourhood.changedAt(0), null, 'all of them: as was said')
  neighbourhood.trainers = 8
  t.deepEqual(neighbourhood.changedAt(0), ring)
  t.is(neighbourhood.changedAt(0), null)
  neighbourhood.trainers = 8
  t.is(neighbourhood.changedAt(5), null)
  neighbourhood.others = [...names(8), name(8), name(9)].filter((one) => one !== name(4))
  t.deepEqual(neighbourhood.changedAt(5), [name(1), name(9)])
})
