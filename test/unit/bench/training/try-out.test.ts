import test from 'ava'
import type { Verdict } from '../../../../src/training/backends/candidate.ts'
import { tryOut } from '../../../bench/training/try-out.ts'

const candidate = (through: string, verdict: Verdict) => ({
  module: through,
  through,
  test: async () => verdict
})

const missing: Verdict = {
  passed: false,
  installed: false,
  reason: 'not installed',
  remedy: 'npm install it'
}
const wrong: Verdict = { passed: false, installed: true, reason: 'wrong numbers', remedy: null }
const passed: Verdict = {
  passed: true,
  description: 'it 1.0',
  gpu: false,
  notice: null,
  seconds: 1
}

test('the first candidate that passes is measured', async (t) => {
  const candidates = [candidate('a', missing), candidate('b', passed), candidate('c', passed)]
  t.deepEqual(await tryOut('tensorflow', candidates), {
    name: 'tensorflow',
    module: 'b',
    description: 'it 1.0'
  })
})

test('where none passes, every reason is named', async (t) => {
  t.deepEqual(await tryOut('tensorflow', [candidate('a', missing), candidate('b', wrong)]), {
    name: 'tensorflow',
    reason: 'a: not installed (npm install it); b: wrong numbers'
  })
})

test("our own engine is not tfjs's", async (t) => {
  const found = await tryOut('wasm')
  t.true('module' in found, JSON.stringify(found))
  t.notRegex(JSON.stringify(found), /tfjs/)
})
