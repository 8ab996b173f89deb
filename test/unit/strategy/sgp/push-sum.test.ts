/** What running sums are for: push-sum averages exactly whatever is lost, and without them it does not. */
import test from 'ava'
import { meanVector } from '../../../../src/consensus/consensus-distance.ts'
import { seeded } from '../../../../src/random.ts'
import { MASS_ONE } from '../../../../src/strategy/sgp/sums.ts'
import { distance } from '../../../helpers/distance.ts'
import { averagingTrainers } from '../../../helpers/synthetic-trainers.ts'
import { PostOffice } from './post.ts'

const PEERS = 8
const LENGTH = 40
const HOPS = [1, 2, 4]
const ONE = 2 ** 24

const hop = (round: number) => (from: number) => (from + HOPS[round % HOPS.length]!) % PEERS

const POSTS = {
  'nothing is lost': { loss: 0, twice: 0, late: 0 },
  '30 % is lost': { loss: 0.3, twice: 0, late: 0 },
  '30 % is lost, 30 % comes twice and 30 % late': { loss: 0.3, twice: 0.3, late: 0.3 },
  '70 % is lost': { loss: 0.7, twice: 0, late: 0 }
}

for (const [what, post] of Object.entries(POSTS)) {
  test(`should average to the mean of where the peers began when ${what}`, (t) => {
    const trainers = averagingTrainers(PEERS, LENGTH, 1)
    const beginnings = trainers.map((trainer) => trainer.initial())
    const office = new PostOffice(trainers, post, 1)
    const whole = office.ledger()
    t.is(whole.mass, PEERS * MASS_ONE)
    for (let round = 0; round < 300; round++) {
      office.round(hop(round))
      // Not nearly: to the unit, in every round, whatever is on its way.
      t.deepEqual(office.ledger(), whole, `round ${round}`)
    }
    const share = office.lost.length / office.letters
    t.true(Math.abs(share - post.loss) < 0.03, `${share} of the letters were lost`)
    if (post.late > 0) t.true(office.outdated.length > 100, `${office.outdated.length} outdated`)
    const mean = meanVector(beginnings)
    for (const [i, { replica }] of office.peers.entries()) {
      // A few units of 2^-24, over a mass that may be a tenth, in 40 places; replicas began some 6 away.
      t.true(distance(replica, mean) < 1e-5, `peer ${i}: ${distance(replica, mean)}`)
    }
  })
}

test('should be as exact as push-sum in float64 after three rounds without loss', (t) => {
  const trainers = averagingTrainers(PEERS, LENGTH, 2)
  const mean = meanVector(trainers.map((trainer) => trainer.initial()))
  const office = new PostOffice(trainers, POSTS['nothing is lost'], 1)
  for (let round = 0; round < HOPS.length; round++) office.round(hop(round))
  // With 2^k peers, k rounds of halving over 1, 2, 4 average exactly (Ying et al. 2021); here to some units.
  for (const { replica } of office.peers) {
    for (let i = 0; i < LENGTH; i++) t.true(Math.abs(replica[i]! - mean[i]!) <= 4 / ONE, `${i}`)
  }
})

test('control: shares instead of running sums do not come to the mean when 30 % is lost', (t) => {
  const beginnings = averagingTrainers(PEERS, LENGTH, 1).map((trainer) => trainer.initial())
  const x = beginnings.map((start) => Float64Array.from(start))
  const w = beginnings.map(() => 1)
  const random = seeded(1).fork('post')
  for (let round = 0; round < 300; round++) {
    const pushed = x.map((values, from) => {
      for (let i = 0; i < LENGTH; i++) values[i] = values[i]! / 2
      w[from] = w[from]! / 2
      return { to: hop(round)(from), values: values.slice(), w: w[from]! }
    })
    for (const { to, values, w: share } of pushed) {
      if (random.next() < 0.3) continue
      for (let i = 0; i < LENGTH; i++) x[to]![i] = x[to]![i]! + values[i]!
      w[to] = w[to]! + share
    }
  }
  const mean = meanVector(beginnings)
  const bent = Math.min(
    ...x.map((values, i) =>
      distance(
        values.map((v) => v / w[i]!),
        mean
      )
    )
  )
  t.log(`${bent} from the mean`)
  t.true(bent > 0.5, `${bent}`)
})

test('should not push what could no longer be told from less, and go on once it is heard', (t) => {
  const trainer = averagingTrainers(1, LENGTH, 1)[0]!
  // Pushes of 64, 32, 16, ... add up to less than 128 for ever, as long as nothing is added.
  const large = { ...trainer, initial: () => new Float32Array(LENGTH).fill(127) }
  const [peer] = new PostOffice([large], POSTS['nothing is lost'], 1).peers
  const push = (acked: number) => {
    const result = peer!.run({ kind: 'push', aims: [{ flow: 1, acked }], again: [] })
    return result.kind === 'pushed' ? result.pushes.length : null
  }
  const bytes = (sum: number) => new Uint8Array(new Int32Array(LENGTH).fill((sum * ONE) | 0).buffer)
  t.is(push(0), 1)
  // What it has given away comes back from elsewhere, twice.
  peer!.run({ kind: 'receive', source: 1, mass: MASS_ONE, worth: 0, bytes: bytes(64) })
  t.is(push(0), 1)
  peer!.run({ kind: 'receive', source: 1, mass: 2 * MASS_ONE, worth: 0, bytes: bytes(127) })
  t.is(push(0), 0)
  t.is(push(1), 1)
})
