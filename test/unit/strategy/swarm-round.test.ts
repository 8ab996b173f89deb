import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { SwarmRound } from '../../../src/strategy/swarm-round.ts'

const SLACK = 4

/** The furthest round that more than half of the wanted have reached; -1 where there is none. */
const majority = (wanted: readonly string[], heard: ReadonlyMap<string, number>): number => {
  const rounds = wanted.map((peer) => heard.get(peer) ?? -1)
  const reached = rounds.filter(
    (round) => rounds.filter((other) => other >= round).length > rounds.length / 2
  )
  return Math.max(-1, ...reached)
}

test('should believe what more than half of the wanted neighbours have reached', (t) => {
  const random = seeded(1)
  const peers = Array.from({ length: 9 }, (_, i) => `peer-${i}`)
  let skips = 0
  for (let trial = 0; trial < 5000; trial++) {
    const swarm = new SwarmRound()
    const wanted = peers.slice(0, random.integer(peers.length + 1))
    const heard = new Map<string, number>()
    swarm.want(wanted)
    for (let i = random.integer(15); i > 0; i--) {
      const peer = peers[random.integer(peers.length)]!
      const round = random.integer(30)
      swarm.hear(peer, round)
      if (wanted.includes(peer)) heard.set(peer, Math.max(round, heard.get(peer) ?? 0))
    }
    const own = random.integer(30)
    const reached = majority(wanted, heard)
    const expected = reached > own + SLACK ? reached : own
    t.is(swarm.from(own), expected, `${wanted.length} wanted, ${[...heard]}, own ${own}`)
    if (expected !== own) skips++
  }
  t.true(skips > 200, `only ${skips} skipped`)
})

test('should not be moved by a minority, whatever it says', (t) => {
  for (let neighbours = 1; neighbours <= 9; neighbours++) {
    const peers = Array.from({ length: neighbours }, (_, i) => `peer-${i}`)
    for (let liars = 0; liars <= neighbours; liars++) {
      const swarm = new SwarmRound()
      swarm.want(peers)
      for (const [i, peer] of peers.entries()) swarm.hear(peer, i < liars ? 2 ** 32 - 1 : 10)
      const moved = swarm.from(10) !== 10
      t.is(moved, liars > neighbours / 2, `${liars} of ${neighbours}`)
    }
  }
})

test('should count neighbours that it has not heard from as behind', (t) => {
  const swarm = new SwarmRound()
  swarm.want(['b', 'c', 'd', 'e'])
  swarm.hear('b', 50)
  swarm.hear('c', 50)
  t.is(swarm.from(0), 0, 'two of four')
  swarm.hear('d', 50)
  t.is(swarm.from(0), 50, 'three of four')
})

test('should leave a peer alone that is no more than four rounds behind', (t) => {
  const swarm = new SwarmRound()
  swarm.want(['b'])
  swarm.hear('b', 20)
  for (const [own, from] of [
    [15, 20],
    [16, 16],
    [20, 20],
    [99, 99]
  ] as const) {
    t.is(swarm.from(own), from)
  }
})

test('should not go back when an older message comes late', (t) => {
  const swarm = new SwarmRound()
  swarm.want(['b'])
  swarm.hear('b', 20)
  swarm.hear('b', 3)
  t.is(swarm.from(0), 20)
})

test('should forget neighbours that are wanted no more, and hear of no others', (t) => {
  const swarm = new SwarmRound()
  swarm.want(['b'])
  swarm.hear('b', 20)
  swarm.hear('x', 90)
  swarm.want(['x'])
  t.is(swarm.from(0), 0, 'x was a stranger when it spoke')
  swarm.want(['b'])
  t.is(swarm.from(0), 0, 'b may have lost its state meanwhile')
})

test('should keep what it has heard from those that stay wanted', (t) => {
  const swarm = new SwarmRound()
  swarm.want(['b', 'c', 'd'])
  swarm.hear('b', 20)
  swarm.hear('c', 20)
  swarm.want(['b', 'c', 'e'])
  t.is(swarm.from(0), 20)
})

test('should leave a peer without neighbours where it is', (t) => {
  const swarm = new SwarmRound()
  t.is(swarm.from(7), 7)
  swarm.want([])
  t.is(swarm.from(7), 7)
})
