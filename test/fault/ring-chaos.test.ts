/**
 * Rings to which everything happens at once, by the seed: members die, leave, come late and come back,
 * the swarm is cut in two, links break, frames come twice, late and in another order. Whatever comes of it,
 * replicas of one mark are equal to the last bit, the steps of one ring are the same at all its
 * members, and those steps lead where a replay in float64 comes.
 */
import test from 'ava'
import { type Random, seeded } from '../../src/random.ts'
import type { RingKinds } from '../../src/strategy/ring-all-reduce/kinds.ts'
import type { ProtocolEvent } from '../../src/strategy/strategy.ts'
import { distance } from '../helpers/distance.ts'
import { runOn } from '../helpers/faulty-swarm.ts'
import {
  agreed,
  areEqual,
  createRingSwarm,
  finishedOf,
  type RingSwarm,
  replay
} from '../helpers/ring-swarm.ts'

const SEEDS = 60
const ROUNDING = 1e-5
/** A run whose rings have lost their majority for good stands still: it is looked at as it is then. */
const LONG_MS = 120_000

const drawFaults = (random: Random, peers: number, span: number): object[] => {
  const faults: object[] = []
  for (let peer = 0; peer < peers; peer++) {
    const dice = random.next()
    const atMs = random.next() * span
    const returnMs = random.next() < 0.6 ? atMs + 50 + 4000 * random.next() : null
    const state = random.next() < 0.5 ? 'kept' : 'lost'
    if (dice < 0.2) faults.push({ kind: 'crash', peers: [peer], atMs, returnMs, state })
    else if (dice < 0.35) faults.push({ kind: 'leave', peers: [peer], atMs, returnMs })
    else if (dice < 0.45) faults.push({ kind: 'join', peers: [peer], atMs })
  }
  const group = Array.from({ length: peers }, (_, i) => i).filter(() => random.next() < 0.2)
  if (group.length > 0 && group.length < peers) {
    const fromMs = span * random.next()
    const toMs = fromMs + 4000 * random.next()
    faults.push({ kind: 'partition', groups: [group], fromMs, toMs })
  }
  return faults
}

/** Now and then a piece comes after what should have come after it. */
const reordering = (random: Random, count: () => void) => {
  const held = new Map<number, ProtocolEvent<RingKinds>>()
  return (peer: number, event: ProtocolEvent<RingKinds>) => {
    const late = held.get(peer)
    if (late !== undefined) {
      held.delete(peer)
      // Nothing comes from a connection that is down.
      return event.type === 'link' ? [event] : [event, late]
    }
    if (event.type !== 'received' || event.message.kind !== 'piece') return [event]
    if (random.next() >= 0.05) return [event]
    held.set(peer, event)
    count()
    return []
  }
}

const keyOf = ({ marks }: RingSwarm, peer: number): string => {
  const mark = marks[peer]
  return mark ? `${mark.ring} ${mark.generation} ${mark.step}` : 'none'
}

test(`should never hold two replicas for one, in ${SEEDS} runs`, (t) => {
  const seen = { crashed: 0, left: 0, joined: 0, returned: 0, partitioned: 0 }
  let reordered = 0
  let lost = 0
  let twice = 0
  let replayed = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seeded(seed).fork('chaos')
    const peers = 2 + random.integer(5)
    const steps = 20 + random.integer(30)
    const rough = random.next() < 0.5
    const ring = createRingSwarm({
      peers,
      steps,
      seed,
      faults: drawFaults(random, peers, 150 * steps),
      network: {
        loss: rough ? 0.01 : 0,
        duplicates: rough ? 0.1 : 0,
        delays: random.next() < 0.3 ? { probability: 0.02, ms: 300 } : null,
        jitterMs: rough ? 10 : 0
      },
      strategy: { splitMs: null },
      stepMs: (peer) => 2 + 5 * peer,
      hooks: rough ? { events: reordering(random.fork('order'), () => reordered++) } : {}
    })
    ring.swarm.begin()
    runOn(ring.swarm, () => ring.swarm.clock.now > LONG_MS)
    for (const [event, count] of Object.entries(ring.swarm.faults.counts)) {
      if (event in seen) seen[event as keyof typeof seen] += count
    }
    lost += ring.swarm.network.faults.lostFrames
    twice += ring.swarm.network.faults.duplicatedFrames
    const unsure = ring.notices.filter((text) => text.includes('may differ')).map(Number.parseInt)
    const finished = finishedOf(ring).filter(
      (peer) => ring.marks[peer]?.step === steps && !unsure.includes(peer)
    )
    const groups = Map.groupBy(finished, (peer) => keyOf(ring, peer))
    const rings = [...groups.keys()].map((key) => key.split(' ')[0])
    t.is(new Set(rings).size, rings.length, `seed ${seed}: ${[...groups.keys()]}`)
    for (const [key, members] of groups) {
      const lines = agreed(ring, members)
      const first = ring.swarm.members[members[0]!]!.replica!
      for (const peer of members) {
        const same = areEqual(ring.swarm.members[peer]!.replica!, first)
        t.true(same, `seed ${seed}, ${key}: peer ${peer}`)
      }
      // Where nobody is left who has made the first steps, there is nothing to replay.
      if (lines.length !== steps || Array.from(lines).includes(undefined as never)) continue
      const oracle = replay(lines)
      const away = distance(first, oracle) / distance(oracle, new Float32Array(oracle.length))
      t.true(away < ROUNDING, `seed ${seed}, ${key}: ${away}`)
      replayed++
    }
  }
  for (const [event, count] of Object.entries(seen)) t.true(count > 3, `${event}: ${count}`)
  t.true(reordered > 100 && lost > 100 && twice > 100, `${reordered}, ${lost}, ${twice}`)
  t.true(replayed > SEEDS / 3, `${replayed} runs could be replayed`)
})
