import test from 'ava'
import { createTopology } from '../../../../src/consensus/topologies.ts'
import { seeded } from '../../../../src/random.ts'
import { targetsOf } from '../../../../src/strategy/sgp/targets.ts'

const nameOf = (peer: number): string => `p${String(peer).padStart(3, '0')}`

for (const members of [2, 3, 5, 6, 8, 16, 33]) {
  test(`each of ${members} should be pushed to once in a round of the exponential graph`, (t) => {
    const graph = createTopology({ name: 'exponential' }, seeded(1)).graph(members, 0)
    const hops = new Set<number>()
    for (let round = 0; round < 12; round++) {
      const pushed = new Set<string>()
      for (let peer = 0; peer < members; peer++) {
        const rule = { self: nameOf(peer), count: 1, forwards: true }
        const [target, ...others] = targetsOf(rule, graph[peer]!.map(nameOf), round, () => true)
        t.is(others.length, 0)
        pushed.add(target!)
        hops.add((Number(target!.slice(1)) - peer + members) % members)
      }
      t.is(pushed.size, members, `round ${round}`)
    }
    const powers = Array.from({ length: 12 }, (_, k) => 2 ** k).filter((hop) => 2 * hop <= members)
    t.deepEqual(
      [...hops].sort((a, b) => a - b),
      powers.length === 0 ? [1] : powers
    )
  })
}

test('should take the next one that is able for one that is not, and as many as there are', (t) => {
  const rule = { self: 'c', count: 2, forwards: false }
  const neighbours = ['a', 'b', 'd', 'e']
  const able =
    (...peers: string[]) =>
    (peer: string) =>
      peers.includes(peer)
  const everyone = able(...neighbours)
  t.deepEqual(targetsOf(rule, neighbours, 0, everyone), ['d', 'e'])
  t.deepEqual(targetsOf(rule, neighbours, 1, everyone), ['a', 'b'])
  t.deepEqual(targetsOf(rule, neighbours, 2, everyone), ['d', 'e'])
  t.deepEqual(targetsOf(rule, neighbours, 0, able('a', 'e')), ['e', 'a'])
  t.deepEqual(targetsOf(rule, neighbours, 1, able('b')), ['b'])
  t.deepEqual(targetsOf(rule, neighbours, 1, able()), [])
  t.deepEqual(
    targetsOf(rule, [], 1, () => true),
    []
  )
})

test('should push to every neighbour in turn, wherever it stands on the circle', (t) => {
  const rule = { self: 'm', count: 1, forwards: false }
  const pushed = [0, 1, 2, 3, 4].map((round) => targetsOf(rule, ['z', 'a', 'q'], round, () => true))
  t.deepEqual(pushed.flat(), ['q', 'z', 'a', 'q', 'z'])
})
