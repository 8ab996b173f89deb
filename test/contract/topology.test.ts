import test from 'ava'
import { mixingMatrix } from '../../src/consensus/mixing-weights.ts'
import { spectralGap } from '../../src/consensus/spectral-gap.ts'
import { createTopology, topologyProblems } from '../../src/consensus/topologies.ts'
import type { Graph, Topology } from '../../src/consensus/topology.ts'
import { seeded } from '../../src/random.ts'
import type { TopologyConfig } from '../../src/swarm/recipe.ts'

const configs: TopologyConfig[] = [
  { name: 'ring' },
  { name: 'torus' },
  { name: 'exponential' },
  { name: 'full' },
  ...[1, 2, 3, 4, 5, 8, 13, 64].map(
    (degree) => ({ name: 'random-regular', degree, lifetime: 1 }) as const
  )
]

const create = (config: TopologyConfig, seed = 1): Topology => createTopology(config, seeded(seed))

const reachable = (graph: Graph): number => {
  const seen = new Set([0])
  for (const member of seen) for (const next of graph[member]!) seen.add(next)
  return seen.size
}

/** Every graph of 1..40 members in a few epochs, and a large one. */
const graphs = function* (topology: Topology): Generator<{ graph: Graph; label: string }> {
  const small = Array.from({ length: 40 }, (_, i) => [0, 1, 1000].map((epoch) => [i + 1, epoch]))
  for (const [members = 0, epoch = 0] of [...small.flat(), [257, 1000]]) {
    yield { graph: topology.graph(members, epoch), label: `${members} members, epoch ${epoch}` }
  }
}

for (const config of configs) {
  const title = config.name === 'random-regular' ? `${config.name} ${config.degree}` : config.name

  test(`${title} should be symmetric, sorted, without self-loops and within its degree`, (t) => {
    const topology = create(config)
    t.is(topology.name, config.name)
    for (const { graph, label } of graphs(topology)) {
      const members = graph.length
      const most = Math.max(...graph.map((neighbours) => neighbours.length))
      t.true(most <= topology.maxDegree(members) && most < members, label)
      for (const [self, neighbours] of graph.entries()) {
        const inOrder = neighbours.every((other, i) => i === 0 || other > neighbours[i - 1]!)
        const known = neighbours.every((other) => other !== self && graph[other]!.includes(self))
        if (!inOrder || !known) t.fail(`${label}: ${self} has ${neighbours}`)
      }
    }
  })

  test(`${title} should have doubly stochastic mixing weights`, (t) => {
    const wrong: string[] = []
    for (const { graph, label } of graphs(create(config))) {
      const matrix = mixingMatrix(graph)
      for (const [i, row] of matrix.entries()) {
        const sum = row.reduce((total, weight) => total + weight, 0)
        const symmetric = row.every((weight, j) => weight >= -1e-15 && weight === matrix[j]![i])
        if (!symmetric || Math.abs(sum - 1) > 1e-12) wrong.push(`${label}: row ${i}`)
      }
    }
    t.deepEqual(wrong, [])
  })

  test(`${title} should give the same graph to everyone with the same seed`, (t) => {
    const here = create(config)
    const there = create(config)
    there.graph(9, 3) // another past must not matter
    for (const members of [1, 2, 7, 16, 40]) {
      for (const epoch of [5, 0]) {
        t.deepEqual(here.graph(members, epoch), there.graph(members, epoch), `${members}, ${epoch}`)
      }
    }
  })

  if (config.name === 'random-regular' && config.degree === 1) continue

  test(`${title} should connect all members`, (t) => {
    for (const { graph, label } of graphs(create(config)))
      t.is(reachable(graph), graph.length, label)
  })
}

for (const degree of [1, 2, 3, 4, 5, 8]) {
  const dynamic = { name: 'random-regular', degree, lifetime: 1 } as const
  const fixed = { ...dynamic, lifetime: null }

  test(`random-regular ${degree} should give everyone ${degree} neighbours where that exists`, (t) => {
    for (const { graph, label } of graphs(create(dynamic))) {
      if (topologyProblems(dynamic, graph.length).length > 0 || graph.length === 1) continue
      t.true(
        graph.every((neighbours) => neighbours.length === degree),
        label
      )
    }
  })

  test(`random-regular ${degree} should have an even degree where it cannot be odd`, (t) => {
    const members = 21
    const wanted = degree % 2 === 0 ? degree : Math.max(2, degree - 1)
    for (const row of create(dynamic).graph(members, 0)) t.is(row.length, wanted)
  })

  test(`random-regular ${degree} should change with the seed, and with the epoch if edges die`, (t) => {
    t.notDeepEqual(create(dynamic, 1).graph(24, 0), create(dynamic, 2).graph(24, 0))
    t.notDeepEqual(create(dynamic).graph(24, 0), create(dynamic).graph(24, 1))
    t.deepEqual(create(fixed).graph(24, 0), create(fixed).graph(24, 1))
  })
}

test('random-regular should mix far better than the ring lattice of its degree', (t) => {
  const members = 200
  for (const degree of [4, 6, 8, 12]) {
    const { graph } = create({ name: 'random-regular', degree, lifetime: null })
    // The lattice i +- 1..degree/2 is a circulant: its slowest mode goes once round the circle.
    let lattice = 1
    for (let d = 1; d <= degree / 2; d++) lattice += 2 * Math.cos((2 * Math.PI * d) / members)
    const gap = spectralGap(graph(members, 0))
    t.true(gap > 10 * (1 - lattice / (degree + 1)), `degree ${degree}: gap ${gap}`)
  }
})

test('topologyProblems should name a degree that cannot be', (t) => {
  const paths = (degree: number, members: number, lifetime: number | null = null): string[] =>
    topologyProblems({ name: 'random-regular', degree, lifetime }, members).map(({ path }) => path)
  t.deepEqual(paths(4, 4), ['topology.degree'])
  t.deepEqual(paths(3, 7), ['topology.degree'])
  t.deepEqual(paths(1, 8, 1), [])
  t.deepEqual(paths(1, 2), [])
  t.deepEqual(paths(4, 16), [])
  t.deepEqual(paths(4, 1), [])
})

test('topologyProblems should name a torus of one row, and never complain of a member alone', (t) => {
  const paths = (config: TopologyConfig, members: number): string[] =>
    topologyProblems(config, members).map(({ path }) => path)
  t.deepEqual(paths({ name: 'torus' }, 7), ['topology.name'])
  t.deepEqual(paths({ name: 'torus' }, 6), [])
  for (const config of configs) t.deepEqual(paths(config, 1), [], config.name)
})

test('torus should be as square as it can', (t) => {
  const { graph } = create({ name: 'torus' })
  t.deepEqual(graph(12, 0)[5], [1, 4, 6, 9]) // 3 x 4
  t.deepEqual(graph(4, 0)[0], [1, 2]) // 2 x 2
  t.deepEqual(graph(7, 0)[0], [1, 6]) // a ring
})

test('exponential should join members at powers of two', (t) => {
  const { graph } = create({ name: 'exponential' })
  t.deepEqual(graph(16, 0)[0], [1, 2, 4, 8, 12, 14, 15])
  t.deepEqual(graph(6, 0)[0], [1, 2, 4, 5])
})
