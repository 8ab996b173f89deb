/** What peers' deltas count for: where the swarm rests, against closed forms, and what travels. */
import test from 'ava'
import { createDeltaDecoder, createDeltaEncoder } from '../../../../src/compression/delta/index.ts'
import { InvalidInputError } from '../../../../src/errors.ts'
import {
  type DeltaHead,
  payloadOf,
  readHead,
  writeBody
} from '../../../../src/strategy/delta-set/body.ts'
import { hashOf } from '../../../../src/strategy/delta-set/chain.ts'
import { deltaCodec } from '../../../../src/strategy/delta-set/codec.ts'
import { DeltaCompute } from '../../../../src/strategy/delta-set/compute.ts'
import type { DeltaKinds } from '../../../../src/strategy/delta-set/kinds.ts'
import { Settings } from '../../../../src/strategy/delta-set/settings.ts'
import { standingOf } from '../../../../src/strategy/delta-set/standing.ts'
import { Stage } from '../../../../src/strategy/stage.ts'
import type { Trainer } from '../../../../src/strategy/strategy.ts'
import { distance } from '../../../helpers/distance.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { nothingSaved, quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'
import { QUIET, runSwarm } from '../../../helpers/virtual.ts'
import { SMALL } from './author.ts'
import { TINY, tinyCode, tinyInitial } from './tiny.ts'

const PEERS = 5
const LENGTH = 30
const RATE = 0.05
const ROUNDS = 400
/** Rounds before it rests. */
const FIRST = 100
const ROWS = Array.from({ length: PEERS }, (_, peer) => 100 * (1 + peer))
const ALL_ALIKE = ROWS.map(() => 1)

const weightedMean = (vectors: ReadonlyArray<ArrayLike<number>>, weights: readonly number[]) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Float64Array.from({ length: LENGTH }, (_, k) =>
    vectors.reduce((sum, vector, i) => sum + (weights[i]! * vector[k]!) / total, 0)
  )
}

const recipeFor = (strategy: object, rounds: number) =>
  recipeWith({
    strategy: { name: 'delta-set', density: 0.25, decay: 1, guard: false, ...strategy },
    training: { learningRate: RATE, batch: 1, localSteps: 2, steps: 2 * rounds },
    topology: { name: 'ring' }
  })

/**
 * Every replica is the sum of w_i C(e_i), and stays bounded, as the residuals do. So over many rounds the
 * w_i (x - c_i) at which steps are taken sum to nothing: the mean of these x is the weighted optimum,
 * however coarse the code is. Learned twice (a residual that kept what a weight took away) they would not.
 */
const rests = async (strategy: object) => {
  const trainers = quadraticTrainers(PEERS, LENGTH, RATE, 4)
  const means = trainers.map(() => new Float64Array(LENGTH))
  const watched = trainers.map((trainer, peer): Trainer => {
    let rounds = 0
    const { optimum: _, ...rest } = trainer
    return {
      ...rest,
      rows: ROWS[peer]!,
      train: (replica, steps, from, correction) => {
        rounds++
        if (rounds > FIRST) {
          const mean = means[peer]!
          for (let k = 0; k < LENGTH; k++) mean[k]! += (replica[k]! - mean[k]!) / (rounds - FIRST)
        }
        return trainer.train(replica, steps, from, correction)
      }
    }
  })
  const { swarm } = await runSwarm(recipeFor(strategy, ROUNDS), watched)
  const [first] = swarm.members
  return {
    means,
    optima: trainers.map(({ optimum }) => optimum),
    hashes: swarm.members.map(({ replicaHash }) => replicaHash === first!.replicaHash),
    chosen: swarm.members.map(({ counters }) => counters.tally().chosen)
  }
}

const CASES = [
  { strategy: { weighting: 'uniform' }, weights: ALL_ALIKE },
  { strategy: { weighting: 'samples', alpha: 2 }, weights: ROWS },
  // So large that the peer of most rows takes a weight of 1.
  { strategy: { weighting: 'samples', alpha: 16 }, weights: ROWS },
  { strategy: { weighting: 'samples', controlVariates: 1 }, weights: ROWS }
]

for (const { strategy, weights } of CASES) {
  test(`a swarm should rest where its weights say: ${JSON.stringify(strategy)}`, async (t) => {
    const { means, optima, hashes, chosen } = await rests(strategy)
    const [alike, byRows] = [weightedMean(optima, ALL_ALIKE), weightedMean(optima, ROWS)]
    const apart = distance(alike, byRows)
    const expected = weights === ROWS ? byRows : alike
    const left = distance(weightedMean(means, weights), expected)
    t.true(left < 0.1 * apart, `${left} of ${apart}`)
    t.true(hashes.every(Boolean), 'all replicas are one')
    const total = ROWS.reduce((sum, rows) => sum + rows, 0)
    const most = Math.max(...chosen.map((each) => each['weight']!))
    for (const [i, { weight, share }] of chosen.entries()) {
      t.is(share, weights === ROWS ? ROWS[i]! / total : undefined)
      t.true(Math.abs(weight! / most - weights[i]! / Math.max(...weights)) < 1e-6, `peer ${i}`)
    }
    const { alpha = 4 } = strategy as { readonly alpha?: number }
    t.true(Math.abs(most - Math.min(1, (alpha / PEERS) * (weights === ROWS ? 5 / 3 : 1))) < 1e-6)
  })
}

test('deltas of a peer that is late should count less', async (t) => {
  const rounds = 300
  const strategy = { weighting: 'staleness', deadline: { floorMs: 5, ceilingMs: 15 } }
  const recipe = recipeWith({
    ...recipeFor(strategy, rounds),
    training: { learningRate: RATE, batch: 1, localSteps: 1, steps: rounds },
    topology: { name: 'full' }
  })
  const trainers = quadraticTrainers(4, LENGTH, RATE, 4)
  const shares: number[][] = [[], [], [], []]
  const { swarm } = await runSwarm(
    recipe,
    trainers,
    QUIET,
    // One of its rounds takes as long as several of theirs.
    (peer) => (peer === 0 ? 150 : 5),
    (running, peer, { round }) => {
      const { share } = running.members[peer]!.counters.tally().chosen
      if (round > 50) shares[peer]!.push(share!)
    }
  )
  const [slow, ...fast] = swarm.members.map(({ counters }) => counters.tally().rounds)
  const ratio = fast[0]! / slow!
  t.true(ratio > 3, `${fast} ${slow}`)
  // So many rounds come while it takes one, and one of them goes with it.
  const counts = 1 / Math.floor(ratio)
  const median = shares[0]!.toSorted((a, b) => a - b)[shares[0]!.length >> 1]!
  const expected = counts / (counts + 3)
  t.true(median > 0.7 * expected && median < 1.4 * expected, `${median} ${expected} ${shares[0]}`)
  t.true(Math.min(...shares[1]!) > 0.25, `${shares[1]}`)
})

test('weights should be in proportion, 1 at the most, and alpha together where that lets them', (t) => {
  const options = {
    bounds: { maxDensity: 0.1, localSteps: 1, maxLocalSteps: 32 },
    ...{ budget: null, parameters: 10, valueBits: 1, density: 0.01, guard: false }
  }
  const weighed = (alpha: number, worths: readonly number[]): number[] =>
    worths.map((own) => {
      const settings = new Settings({ ...options, alpha }, new Stage<DeltaKinds>())
      const standing = standingOf(own, worths)
      const figures = { loss: null, beginning: false, halvings: () => 0, standing }
      settings.weigh(worths.length, figures)
      return settings.weight
    })
  t.deepEqual(weighed(2, [2, 2, 4, 8]), [0.25, 0.25, 0.5, 1])
  t.deepEqual(weighed(1, [2, 2, 4, 8]), [0.125, 0.125, 0.25, 0.5])
  t.deepEqual(weighed(8, [1, 1]), [1, 1])
  // However small, something is said.
  t.deepEqual(weighed(4, [1, 2 ** 30]), [2 ** -24, 1])
  t.deepEqual(weighed(4, [5]), [1])
})

/** Moves all values by what is left of the way to 1, half of it. */
const halver: Trainer = {
  ...nothingSaved,
  layout: TINY,
  initial: tinyInitial,
  train: (replica, steps) => {
    for (let i = 0; i < replica.length; i++) replica[i] = (replica[i]! + 1) / 2
    return { loss: 1, samples: steps }
  },
  validate: (replica) => replica.reduce((sum, value) => sum + Math.abs(value - 1), 0)
}

const makeCompute = (trainer: Trainer): DeltaCompute =>
  new DeltaCompute(
    { decay: 1, rateAt: () => 0.1, sha256: hashOf, weighting: 'gain' },
    {
      encoder: createDeltaEncoder(tinyCode),
      decoder: createDeltaDecoder(tinyCode),
      control: null
    },
    trainer
  )

test('a gain should be what local steps have taken off the loss, and outlive a restart', (t) => {
  let [compute, gain] = [makeCompute(halver), 0]
  for (let round = 0; round < 4; round++) {
    const gained = Float64Array.from(compute.replica).reduce((s, x) => s + Math.abs(x - 1), 0) / 2
    gain = round === 0 ? gained : gain + (gained - gain) / 4
    const trained = compute.run({ kind: 'local-steps', steps: 1, from: round })
    if (trained.kind !== 'trained') return t.fail()
    t.true(Math.abs(trained.worth! - gain) < 1e-5 * gain, `${trained.worth} ${gain}`)
    const encoded = compute.run({ kind: 'encode', density: 0.1, weight: 1 })
    if (encoded.kind !== 'encoded' || encoded.payload === null) return t.fail()
    const how = { own: true, recalled: false, weight: 1, steps: 1, origins: 1 }
    compute.run({ kind: 'apply', deltas: [{ payload: encoded.payload, ...how }] })
    const kept = compute.run({ kind: 'checkpoint' })
    if (kept.kind !== 'checkpoint') return t.fail()
    compute = makeCompute(halver)
    compute.run({ kind: 'resume', compute: kept.compute })
  }
  const { validate: _, ...blind } = halver
  const error = t.throws(() => makeCompute(blind), { instanceOf: InvalidInputError })
  return t.is(error!.problems[0]!.path, 'strategy.weighting')
})

const HEAD: DeltaHead = {
  ...{ last: false, samples: 1, steps: 1, stepMs: 0, loss: null, weight: 1, halvings: 0 },
  worth: 0.75
}

test('a head should say the worth after all else, and nothing of it where all count the same', (t) => {
  const { worth: _, ...plain } = HEAD
  const [without, body] = [plain, HEAD].map((head) => writeBody(head, Uint8Array.from(SMALL)))
  // The first byte's bit 3, and 0.75 as a float32.
  t.is(body![0], without![0]! | 8)
  t.deepEqual([...body!.subarray(1, 15)], [...without!.subarray(1, 15)])
  t.deepEqual([...body!.subarray(15)], [0x3f, 0x40, 0, 0, ...SMALL])
  t.deepEqual(readHead(body!), HEAD)
  t.deepEqual([...payloadOf(body!)], SMALL)
  const skipping = writeBody(HEAD, Uint8Array.from(SMALL), 5)
  t.deepEqual([...skipping.subarray(15)], [0, 0, 0, 0, 0, 0, 0, 5, 0x3f, 0x40, 0, 0, ...SMALL])
  t.deepEqual(readHead(skipping), HEAD)
  t.deepEqual([...payloadOf(skipping)], SMALL)
  for (let length = 0; length < 19; length++) {
    t.is(readHead(body!.subarray(0, length)), 'body')
  }
})

test('a worth should be refused that is nothing, no number or too much, or has no place here', (t) => {
  const refused = (...float: number[]): unknown => {
    const bytes = writeBody(HEAD, Uint8Array.from(SMALL))
    bytes.set(float, 15)
    return readHead(bytes)
  }
  t.is(refused(0, 0, 0, 0), 'weight')
  t.is(refused(0xbf, 0x40, 0, 0), 'weight')
  t.is(refused(0x4e, 0x80, 0, 1), 'weight')
  t.is(refused(0x7f, 0x80, 0, 0), 'weight')
  t.is(refused(0x7f, 0xc0, 0, 0), 'weight')
  const { worth: _, ...plain } = HEAD
  const last = { ...plain, last: true, samples: 0 }
  const decoder = createDeltaDecoder(tinyCode)
  for (const weighs of [false, true]) {
    const codec = deltaCodec(decoder, TINY.length, weighs)
    const decoded = (head: DeltaHead) => {
      const [signature, of] = [new Uint8Array(64), writeBody(head, Uint8Array.from(SMALL))]
      const delta = { kind: 'delta', origin: 0, seq: 1, signature, body: of } as const
      const { kind, channel, body, tail = new Uint8Array() } = codec.encode(delta)
      t.true(body.byteLength + tail.byteLength <= codec.maxBody)
      return codec.decode(kind, channel, Uint8Array.from([...body, ...tail])).kind
    }
    t.is(decoded(HEAD), weighs ? 'delta' : 'rejected')
    t.is(decoded(plain), weighs ? 'rejected' : 'delta')
    t.is(decoded(last), 'delta')
    t.is(decoded({ ...HEAD, last: true }), 'rejected')
  }
})
