import test from 'ava'
import { GraphSamples } from '../../../src/simulation/graph-samples.ts'
import { NetworkScene } from './network-scene.ts'

const PEERS = ['a', 'b', 'c', 'd']

/** A network in which the given pairs want each other, and are connected. */
const joined = (pairs: readonly string[]): NetworkScene => {
  const scene = new NetworkScene({}, 1, PEERS)
  wish(scene, pairs)
  return scene
}

const wish = (scene: NetworkScene, pairs: readonly string[]): void => {
  for (const peer of PEERS) {
    const mine = pairs.filter((pair) => pair.includes(peer))
    scene.network.want(
      peer,
      mine.map((pair) => pair.replace(peer, ''))
    )
  }
  scene.run()
}

test('should write down the edges of the moment as sorted numbers of peers', (t) => {
  const samples = new GraphSamples(PEERS, 10)
  const { network } = joined(['cd', 'ab', 'bd'])
  samples.look(0, 12.5, network)
  t.deepEqual(samples.entries, [
    {
      atMs: 12.5,
      round: 0,
      edges: [
        [0, 1],
        [1, 3],
        [2, 3]
      ]
    }
  ])
})

test('should leave out a graph that is like the last', (t) => {
  const samples = new GraphSamples(PEERS, 10)
  const scene = joined(['ab'])
  const sampled = (): number[] => samples.entries.map(({ round }) => round)
  for (let round = 0; round < 4; round++) samples.look(round, round, scene.network)
  t.deepEqual(sampled(), [0])
  wish(scene, ['cd'])
  samples.look(4, 4, scene.network)
  t.deepEqual(sampled(), [0, 4])
  // Once more the first: a change all the same.
  wish(scene, ['ab'])
  samples.look(5, 5, scene.network)
  t.deepEqual(sampled(), [0, 4, 5])
})

for (const rounds of [1, 39, 40, 41, 1000]) {
  test(`should take at most 40 samples of ${rounds} rounds, spread over all of them`, (t) => {
    const samples = new GraphSamples(PEERS, rounds)
    const [one, other] = [joined(['ab']), joined(['cd'])]
    // Every peer completes every round, and the graph changes with each.
    for (let round = 0; round < rounds; round++) {
      for (let peer = 0; peer < 4; peer++) {
        samples.look(round, round, (samples.entries.length % 2 === 0 ? one : other).network)
      }
    }
    const sampled = samples.entries.map(({ round }) => round)
    t.true(sampled.length <= 40, `${sampled.length} samples`)
    t.true(sampled.length >= Math.min(rounds, 20), `${sampled.length} samples`)
    t.is(sampled[0], 0)
    const gaps = sampled.map((round, i) => (sampled[i + 1] ?? rounds) - round)
    t.true(Math.max(...gaps) <= Math.max(1, rounds / 20), `a gap of ${Math.max(...gaps)}`)
  })
}

test('should sample no swarm that is too large to be drawn', (t) => {
  const many = Array.from({ length: 257 }, (_, i) => `peer-${i}`)
  const samples = new GraphSamples(many, 10)
  samples.look(0, 0, joined(['ab']).network)
  t.deepEqual(samples.entries, [])
})
