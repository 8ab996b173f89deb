import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { RunResults } from '../../../../src/cli/sweep/run-all.ts'
import { type Figures, readRun } from '../../../../src/cli/sweep/run-results.ts'
import { parseScenario } from '../../../../src/simulation/scenario.ts'
import type { Results } from '../../../../src/storage/results.ts'
import { RESULTS } from '../../report/results.ts'
import { placeWith } from '../place.ts'
import { DOCUMENT, planOf } from './place.ts'

const [RUN] = planOf([7], ['peers=8']).runs

const resultsOf = (document: object): Results => ({
  ...RESULTS,
  seed: 7,
  document: JSON.parse(JSON.stringify(parseScenario(document)))
})

const OWN = resultsOf({ ...DOCUMENT, peers: 8, seed: 7 })

const read = async (t: ExecutionContext, text: string): Promise<RunResults<Figures>> =>
  readRun(join(await placeWith(t, { 'run/results.json': text }), 'run'), RUN!)

const unusable = async (t: ExecutionContext, text: string): Promise<string> => {
  const found = await read(t, text)
  return 'unusable' in found ? found.unusable : 'usable'
}

test('should take the figures of a run of its own scenario', async (t) => {
  const validation = { accuracy: 0.9, loss: 0.3 }
  const found = await read(t, JSON.stringify({ ...OWN, validation }))
  t.deepEqual(found, {
    figures: {
      accuracy: 0.951,
      worst: 0.95,
      consensusModel: 0.953,
      validation: 0.9,
      loss: 0.2,
      bytesPerPeer: 4_012_345,
      distance: 0.0345,
      alone: null,
      centralised: null,
      allReduce: null,
      roundsToGoal: null,
      rate: null,
      predictedRate: null,
      virtualSeconds: 12.04
    }
  })
})

test('should take a run that measured little for what it is', async (t) => {
  const bare = { ...OWN, accuracy: null, loss: null, consensus: null }
  const found = await read(t, JSON.stringify(bare))
  t.true('figures' in found && found.figures.accuracy === null && found.figures.distance === null)
})

test('should not take half a file, another schema, nor anything else', async (t) => {
  const text = JSON.stringify(OWN)
  t.regex(await unusable(t, text.slice(0, -20)), /cannot be read/)
  t.regex(await unusable(t, ''), /cannot be read/)
  t.regex(await unusable(t, '{}'), /none that this version writes/)
  t.regex(await unusable(t, text.replace('results/1', 'results/9')), /none that this version/)
  const nowhere = await readRun(join(await placeWith(t, {}), 'nowhere'), RUN!)
  t.deepEqual(nowhere, { unusable: 'results.json cannot be read: no such file or directory' })
})

test('should not take a run that was interrupted or is of another cell or seed', async (t) => {
  const others: readonly (readonly [Results, RegExp])[] = [
    [{ ...OWN, interrupted: true }, /interrupted/],
    [{ ...OWN, document: null }, /does not say/],
    [{ ...OWN, seed: 8 }, /another scenario/],
    [resultsOf({ ...DOCUMENT, peers: 4, seed: 7 }), /another scenario/],
    [resultsOf({ ...DOCUMENT, peers: 8, seed: 7, evaluateEvery: 11 }), /another scenario/]
  ]
  for (const [results, says] of others) t.regex(await unusable(t, JSON.stringify(results)), says)
})
