import test from 'ava'
import { placeProblems, placesOf } from '../../../../src/strategy/parameter-server/options.ts'
import { Placement } from '../../../../src/strategy/parameter-server/placement.ts'
import { rangesOf } from '../../../../src/strategy/parameter-server/ranges.ts'

const members = Array.from({ length: 16 }, (_, i) => `peer-${i}`).sort()

test('nobody should serve two shards while others serve none', (t) => {
  for (const [shards, replicas] of [
    [8, 2],
    [5, 3],
    [1, 4],
    [4, 1]
  ] as const) {
    const groups = new Placement('swarm', shards, replicas).groups(members)
    t.is(groups.length, shards)
    for (const group of groups) t.is(new Set(group).size, replicas)
    t.is(new Set(groups.flat()).size, shards * replicas)
  }
  const crowded = new Placement('swarm', 3, 2).groups(members.slice(0, 4))
  for (const group of crowded) t.is(new Set(group).size, 2)
  t.is(new Set(crowded.flat()).size, 4)
  t.deepEqual(new Placement('swarm', 2, 3).groups(['alone']), [['alone'], ['alone']])
})

test('all who know the same members should choose alike, and another swarm otherwise', (t) => {
  const choose = (salt: string) => new Placement(salt, 4, 2).groups(members)
  t.deepEqual(choose('a'), choose('a'))
  t.notDeepEqual(choose('a'), choose('b'))
})

test('a ranking should lose a member without moving the others', (t) => {
  const placement = new Placement('swarm', 4, 2)
  for (let shard = 0; shard < 4; shard++) {
    const ranking = placement.ranking(shard, members)
    const without = placement.ranking(
      shard,
      members.filter((peer) => peer !== 'peer-3')
    )
    t.deepEqual(
      without,
      ranking.filter((peer) => peer !== 'peer-3')
    )
  }
})

test('every member should come first about as often', (t) => {
  const placement = new Placement('swarm', 4000, 1)
  const first = new Map<string, number>()
  for (let shard = 0; shard < 4000; shard++) {
    const [peer] = placement.ranking(shard, members.slice(0, 4))
    first.set(peer!, (first.get(peer!) ?? 0) + 1)
  }
  // 1000 each, with a deviation of 27.
  for (const count of first.values()) t.true(Math.abs(count - 1000) < 110, `${count}`)
})

test('ranges should share out every parameter, as evenly as can be', (t) => {
  for (const [length, shards] of [
    [10, 3],
    [7, 7],
    [1_000_003, 8]
  ] as const) {
    const ranges = rangesOf(length, shards)
    t.is(ranges[0]!.from, 0)
    t.is(ranges.at(-1)!.to, length)
    ranges.forEach(({ from, to }, i) => {
      if (i > 0) t.is(from, ranges[i - 1]!.to)
      t.true(to - from >= Math.floor(length / shards) && to - from <= Math.ceil(length / shards))
    })
  }
})

test('shards and replicas should follow the number of peers where nobody says them', (t) => {
  t.deepEqual(placesOf({}, 1), { shards: 1, replicas: 1 })
  t.deepEqual(placesOf({}, 2), { shards: 1, replicas: 2 })
  t.deepEqual(placesOf({}, 7), { shards: 3, replicas: 2 })
  t.deepEqual(placesOf({}, 100), { shards: 8, replicas: 2 })
  t.deepEqual(placesOf({ replicas: 3 }, 7), { shards: 2, replicas: 3 })
  t.deepEqual(placesOf({ shards: 5 }, 7), { shards: 5, replicas: 1 })
})

test('fewer peers than shards times replicas should be refused with the rule', (t) => {
  const name = 'parameter-server'
  t.deepEqual(placeProblems({ name, shards: 4, replicas: 2 }, 8), [])
  const [problem] = placeProblems({ name, shards: 4, replicas: 2 }, 7)
  t.is(problem!.path, 'strategy.shards')
  t.regex(problem!.rule, /4 x 2 = 8, and there are 7/)
  t.is(placeProblems({ name, replicas: 3 }, 2)[0]!.path, 'strategy.replicas')
  for (let peers = 1; peers < 40; peers++) t.deepEqual(placeProblems({ name }, peers), [])
})
