import test from 'ava'
import type { Random } from '../../../src/random.ts'
import { type SwarmStreams, swarmStreams } from '../../../src/swarm/streams.ts'

const named = (streams: SwarmStreams): Record<string, Random> => ({
  partition: streams.partition,
  initial: streams.initial,
  topology: streams.topology,
  'batches 0': streams.batches(0),
  'batches 1': streams.batches(1)
})

const draws = (random: Random): number[] => Array.from({ length: 8 }, () => random.next())

const drawn = (seed: number) =>
  Object.entries(named(swarmStreams(seed))).map(([name, random]) => [name, draws(random)] as const)

test('should derive the same streams from the same seed, and others from another', (t) => {
  t.deepEqual(drawn(7), drawn(7))
  for (const [i, [name, values]] of drawn(7).entries()) {
    t.notDeepEqual(values, drawn(8)[i]![1], name)
  }
})

test('should keep the streams of one seed apart', (t) => {
  const firsts = drawn(7).map(([, values]) => values[0])
  t.is(new Set(firsts).size, firsts.length)
})

test('should give a shard its stream from the beginning each time', (t) => {
  const streams = swarmStreams(7)
  const first = draws(streams.batches(3))
  draws(streams.partition)
  t.deepEqual(draws(streams.batches(3)), first)
})
