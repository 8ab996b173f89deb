import test from 'ava'
import { diagnose } from '../../../../src/training/backends/diagnose.ts'
import { candidateOf, failed, passed } from './candidates-for-tests.ts'
import { nvidiaSystem, systemOf } from './systems.ts'

test('every candidate is tried, and knows the models that it is taken for', async (t) => {
  const candidates = [
    candidateOf('tensorflow', failed('not installed', 'npm install it')),
    candidateOf('wasm', passed('programs'), { serves: (model) => model === 'mlp' }),
    candidateOf('wasm', passed('tfjs'), { serves: (model) => model === 'gpt' }),
    candidateOf('cpu', passed('plain'))
  ]
  const { findings, remedy } = await diagnose(candidates, systemOf({}))
  t.deepEqual(
    candidates.map(({ tested }) => tested()),
    [1, 1, 1, 1]
  )
  const [none, mlp, gpt, rest] = findings.map(({ models }) => models)
  t.deepEqual([none, mlp, gpt], [[], ['mlp'], ['gpt']])
  t.true(rest!.includes('cnn') && !rest!.includes('mlp'))
  t.false(rest!.includes('quadratic'), 'a model without tensors needs no backend')
  t.is(remedy, 'npm install it')
})

test('what comes behind the one that is taken is no remedy', async (t) => {
  const candidates = [
    candidateOf('tensorflow', { ...passed('CUDA'), gpu: true }),
    candidateOf('webgpu', failed('not installed', 'npm install webgpu'))
  ]
  t.is((await diagnose(candidates, nvidiaSystem())).remedy, null)
})

test('where nothing passes, the first remedy is given', async (t) => {
  const candidates = [
    candidateOf('tensorflow', failed('broken')),
    candidateOf('webgpu', failed('not installed', 'npm install webgpu'))
  ]
  const { findings, remedy } = await diagnose(candidates, systemOf({}))
  t.true(findings.every(({ models }) => models.length === 0))
  t.is(remedy, 'npm install webgpu')
})
