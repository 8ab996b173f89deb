import test from 'ava'
import { labelled } from '../../../../src/report/comparison/compared-run.ts'
import { renderComparisonPage } from '../../../../src/report/comparison/comparison-page.ts'
import { syntheticRun } from '../../../helpers/synthetic-run.ts'
import { RESULTS } from '../results.ts'

const at = (path: string, fields: Partial<typeof RESULTS> = {}) => ({
  path,
  results: { ...RESULTS, ...fields }
})
const labels = (...runs: ReturnType<typeof at>[]): readonly string[] =>
  labelled(runs).map(({ label }) => label)

test('should call runs by what tells them apart', (t) => {
  t.deepEqual(labels(at('a', { seed: 1 }), at('b', { seed: 2 })), ['seed 1', 'seed 2'])
  t.deepEqual(labels(at('a'), at('b', { scenario: 'other' })), [
    'quickstart, seed 1',
    'other, seed 1'
  ])
  t.deepEqual(labels(at('runs/x/ring/results.json'), at('runs/x/torus/results.json')), [
    'ring',
    'torus'
  ])
  t.deepEqual(labels(at('runs/x/result-a.json'), at('runs/x/result-b.json')), [
    'result-a.json',
    'result-b.json'
  ])
})

test('should call runs by the few settings in which they differ', (t) => {
  const coded = (compression: object, seed = 1) =>
    at('x', { seed, document: { seed, compression } })
  t.deepEqual(
    labels(
      coded({ name: 'int8' }),
      coded({ name: 'top-k+int4', fraction: 0.1 }),
      coded({ name: 'none' })
    ),
    ['int8', 'top-k+int4, fraction 0.1', 'none']
  )
  t.deepEqual(labels(coded({ name: 'int8' }, 1), coded({ name: 'int8' }, 2)), ['seed 1', 'seed 2'])
})

test('should draw accuracy against rounds, bytes and time, and list what differs', (t) => {
  const runs = [1, 2].map((seed) => ({
    path: String(seed),
    results: syntheticRun({ seed, compression: seed === 1 ? 'int4' : 'none' }).results
  }))
  const page = renderComparisonPage(labelled(runs))
  const titles = [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title)
  t.deepEqual(titles, [
    'What came of each run',
    'Accuracy against rounds',
    'Accuracy against bytes',
    'Accuracy against time',
    'Test loss against rounds',
    'Training loss against rounds',
    'Consensus distance against rounds',
    'Where the scenarios differ',
    'Commands'
  ])
  t.regex(
    page,
    /<td class="text">compression\.name<\/td><td class="text wrap">&quot;int4&quot;<\/td>/
  )
})
