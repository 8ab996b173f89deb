import test from 'ava'
import type { Verdict } from '../../../../src/training/backends/candidate.ts'
import { tryOut } from '../../../bench/training/try-out.ts'

const candidate = (through: string, verdict: Verdict) => ({
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
const passed = (description: string): Verdict => ({
  passed: true,
  description,
  gpu: false,
  notice: null,
  seconds: 1
})

test('the first candidate that passes is measured', async (t) => {
  const candidates = [
    candidate('a', missing),
    candidate('b', passed('b')),
    candidate('c', passed('c'))
  ]
  t.deepEqual(await tryOut('tensorflow', candidates), {
    name: 'tensorflow',
    description: 'b'
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
  t.true('description' in found, JSON.stringify(found))
  t.notRegex(JSON.stringify(found), /tfjs/)
})
