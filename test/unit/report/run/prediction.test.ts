import test from 'ava'
import { predictedRate } from '../../../../src/report/run/prediction.ts'
import type { Results } from '../../../../src/storage/results.ts'
import { RESULTS } from '../results.ts'

const run = (peers: number, fields: Readonly<Record<string, unknown>> = {}): Results => ({
  ...RESULTS,
  peers,
  document: {
    model: { name: 'averaging' },
    strategy: { name: 'gossip-averaging' },
    compression: { name: 'int4' },
    topology: { name: 'ring' },
    ...fields
  }
})

test('should predict the closed form of a ring', (t) => {
  // Metropolis-Hastings weights of a ring are 1/3: the eigenvalues are 1/3 + 2/3 cos(2 pi k / n).
  for (const n of [5, 16, 64]) {
    const lambda = 1 / 3 + (2 / 3) * Math.cos((2 * Math.PI) / n)
    const prediction = predictedRate(run(n))
    t.true(Math.abs(prediction!.rate - lambda) < 1e-6, `${n} peers`)
    t.true(prediction!.pure)
  }
})

test('should say of a quadratic that more than averaging moves it', (t) => {
  t.false(predictedRate(run(16, { model: { name: 'quadratic' } }))?.pure)
})

test('should predict nothing where theory says something else', (t) => {
  const changing = { topology: { name: 'random-regular', degree: 4, lifetime: 10 } }
  t.is(predictedRate(run(16, changing)), null)
  t.is(predictedRate(run(16, { model: { name: 'mlp' } })), null)
  t.is(predictedRate(run(16, { compression: { name: 'top-k+int4', fraction: 0.1 } })), null)
  t.is(predictedRate(run(16, { strategy: { name: 'gossip-averaging', gamma: 0.5 } })), null)
  t.is(predictedRate(run(16, { strategy: { name: 'gossip-averaging', slowMomentum: 0.8 } })), null)
  t.is(predictedRate(run(16, { topology: { name: 'full' } })), null, 'agrees in one round')
  t.is(predictedRate(run(17, { topology: { name: 'torus' } })), null, 'no such grid')
  t.is(predictedRate(run(100_000)), null, 'too large')
  t.is(predictedRate({ ...RESULTS, document: null }), null)
  t.is(predictedRate({ ...RESULTS, document: { topology: 'ring' } }), null)
})
