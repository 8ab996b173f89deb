/** Weights by what local steps have gained on rows that nobody trains on. */
import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { InvalidInputError } from '../../../../src/errors.ts'
import { FederatedCompute } from '../../../../src/strategy/federated-averaging/compute.ts'
import { quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'

const LENGTH = 10
const RATE = 0.1
const STEPS = 4

const [trainer] = quadraticTrainers(1, LENGTH, RATE, 6)
const { optimum } = trainer!
/** The loss that the trainer itself descends. */
const validate = (replica: Float32Array): number =>
  replica.reduce((sum, value, i) => sum + (value - optimum[i]!) ** 2 / 2, 0)

const options = {
  algorithm: { name: 'fedavg' },
  weighting: 'gain',
  compressor: none,
  optimizer: { name: 'sgd', rate: 1, momentum: 0 },
  clients: 2,
  rateAt: () => RATE
} as const

test('an update should count for the running mean of what its steps have gained, over a restart as well', (t) => {
  let compute = new FederatedCompute(options, { ...trainer!, validate })
  const bytes = none.encode(new Float32Array(LENGTH))
  // From 0 the loss falls by this share of itself in every round.
  const gain = validate(new Float32Array(LENGTH)) * (1 - (1 - RATE) ** (2 * STEPS))
  for (let round = 0; round < 3; round++) {
    // A coordinator takes its steps one by one.
    for (let step = 0; step < STEPS; step++) {
      compute.run({ kind: 'local-steps', steps: 1, from: round * STEPS + step })
    }
    const encoded = compute.run({ kind: 'encode' })
    if (encoded.kind !== 'encoded') return t.fail()
    t.true(Math.abs(encoded.weight! / 2 ** 20 - gain) < 1e-4 * gain, `${encoded.weight}`)
    compute.run({ kind: 'adopt', shard: 0, bytes, counted: true })
    const kept = compute.run({ kind: 'checkpoint' })
    if (kept.kind !== 'checkpoint') return t.fail()
    compute = new FederatedCompute(options, { ...trainer!, validate })
    compute.run({ kind: 'resume', compute: kept.compute })
  }
  return undefined
})

test('there should be no weighting by gain without rows to measure it on', (t) => {
  const error = t.throws(() => new FederatedCompute(options, trainer!), {
    instanceOf: InvalidInputError
  })
  t.is(error!.problems[0]!.path, 'strategy.weighting')
})
