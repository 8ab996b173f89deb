/** Messages that come twice, at once or late, change nothing: neither an edge nor the mean. */
import test from 'ava'
import { consensusDistance, meanDrift, meanVector } from '../../src/consensus/consensus-distance.ts'
import { type Random, seeded } from '../../src/random.ts'
import type { Outgoing } from '../../src/wire/link-end.ts'
import { distance } from '../helpers/distance.ts'
import { beginnings, happened, mixedOf, replicasOf, runFaulty } from '../helpers/faulty-swarm.ts'
import { settle } from '../unit/strategy/gossip-averaging/ledger.ts'
import { type Name, Pair, SCHEDULES } from '../unit/strategy/gossip-averaging/pair.ts'

const NAMES: readonly Name[] = ['a', 'b']

/** Puts a delivered message back into its inbox: again as the next one, or anywhere behind. */
const repeat = (pair: Pair, random: Random, late: boolean): (() => number) => {
  let repeated = 0
  const step = pair.step.bind(pair)
  pair.step = () => {
    const queues = NAMES.flatMap((name) => Object.values(pair.ends[name].inbox))
    const heads = queues.map((queue): readonly [Outgoing[], Outgoing | undefined] => [
      queue,
      queue[0]
    ])
    const { swallowed } = pair
    const done = step()
    for (const [queue, head] of heads) {
      const delivered = head !== undefined && queue[0] !== head && pair.swallowed === swallowed
      if (!delivered || random.next() > 0.3) continue
      repeated++
      queue.splice(late ? random.integer(queue.length + 1) : 0, 0, head)
    }
    return done
  }
  return () => repeated
}

const schedules = Object.values(SCHEDULES)

for (const late of [false, true]) {
  test(`should survive messages that come twice, ${late ? 'late' : 'at once'}`, (t) => {
    let repeated = 0
    for (let seed = 0; seed < 300; seed++) {
      const pair = new Pair(schedules[seed % schedules.length], seed)
      const count = repeat(pair, seeded(seed).fork('repeat'), late)
      pair.start()
      pair.until(() => false, 60)
      t.is(settle(pair), null, `seed ${seed}`)
      repeated += count()
    }
    t.true(repeated > 1000, `only ${repeated} came twice`)
  })

  test(`should survive them among broken links and changes of mind, ${late ? 'late' : 'at once'}`, (t) => {
    for (let seed = 0; seed < 1000; seed++) {
      const random = seeded(seed).fork('repeat')
      const pair = new Pair(schedules[seed % schedules.length], seed)
      repeat(pair, random, late)
      pair.start()
      for (let harm = 1 + random.integer(6); harm > 0; harm--) {
        pair.until(() => false, random.integer(20))
        const who = ([null, ...NAMES] as const)[random.integer(3)]!
        if (who === null) pair.break()
        else pair.want(who, !pair.ends[who].wants)
      }
      for (const name of NAMES) if (!pair.ends[name].wants) pair.want(name, true)
      t.is(settle(pair), null, `seed ${seed}`)
    }
  })
}

const AVERAGE = {
  peers: 10,
  rounds: 60,
  compression: { name: 'int8' },
  topology: { name: 'random-regular', degree: 4, lifetime: 10 }
}

test('should average as well with half of the frames coming twice as without', (t) => {
  const plain = runFaulty(AVERAGE)
  const twice = runFaulty({ ...AVERAGE, network: { duplicates: 0.5 } })
  const { duplicatedFrames } = twice.swarm.network.faults
  const frames = twice.swarm.members
    .flatMap(({ counters }) => Object.values(counters.tally().sentByKind))
    .reduce((sum, { frames }) => sum + frames, 0)
  t.true(Math.abs(duplicatedFrames - frames / 2) < 4 * Math.sqrt(frames / 4) + 50)
  const apart = consensusDistance(beginnings(AVERAGE.peers)).absolute
  for (const { swarm, rounds } of [plain, twice]) {
    t.true(consensusDistance(replicasOf(swarm.members)).absolute < 1e-5 * apart)
    t.true(meanDrift(mixedOf(swarm.members)) < 1e-6)
    const moved = distance(
      meanVector(replicasOf(swarm.members)),
      meanVector(beginnings(AVERAGE.peers))
    )
    t.true(moved < 1e-5, `${moved}`)
    for (const mine of rounds) t.is(mine.length, AVERAGE.rounds)
    for (const { counters } of swarm.members) t.deepEqual(counters.tally().rejected, {})
  }
  const bytes = ({ swarm }: typeof plain): number =>
    swarm.members.reduce((sum, { counters }) => sum + counters.traffic.sentBytes, 0)
  // A duplicate is the network's doing: the peers have sent no more, but for other moments of hellos.
  t.true(Math.abs(bytes(twice) / bytes(plain) - 1) < 0.05, `${bytes(twice)} and ${bytes(plain)}`)
})

test('should keep the mean while peers come and go and hellos come twice', (t) => {
  for (let seed = 1; seed <= 80; seed++) {
    const { swarm } = runFaulty({
      peers: 8,
      rounds: 60,
      seed,
      stepMs: 3,
      topology: { name: 'random-regular', degree: 3, lifetime: 2 },
      strategy: { deadline: { floorMs: 10, ceilingMs: 2000 }, startPatienceMs: 100 },
      // News, and with them changes of mind, come more often than once in a latency.
      network: {
        latencyMs: { distribution: 'lognormal', median: 60, sigma: 0.5 },
        jitterMs: 10,
        duplicates: 0.5,
        discoveryMs: 5
      },
      faults: [{ kind: 'churn', meanUpMs: 800, meanAwayMs: 100, crashes: 0, toMs: 3000 }]
    })
    const drift = meanDrift(mixedOf(swarm.members))
    t.true(drift < 1e-6, `seed ${seed}: ${drift}, ${happened(swarm)}`)
  }
})
