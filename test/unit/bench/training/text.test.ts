import test from 'ava'
import { caseText, growthText } from '../../../bench/training/text.ts'

const SUMMARY = { msPerStep: 2, leastMsPerStep: 1.5, examplesPerSecond: 32_000, threads: 1 }
const MEMORY = { resident: 1e8, peak: 1.2e8 }
const ROW = { library: 'kernels', parameters: 9, gradientDifference: 3e-7, memory: MEMORY }

test('a case is a table with a row for each contender, in its order', (t) => {
  const text = caseText({
    model: 'mlp',
    parameters: 235_146,
    batch: 64,
    rows: [
      { ...ROW, backend: 'wasm', summary: SUMMARY, ratio: 1.234 },
      { ...ROW, backend: 'cpu', summary: null, ratio: null, memory: null, gradientDifference: null }
    ],
    failures: [{ backend: 'webgpu', reason: 'no adapter' }]
  })
  const lines = text.split('\n').map((line) => line.replaceAll(/ {2,}/g, '|'))
  t.deepEqual(lines, [
    'mlp: 235,146 parameters, batch of 64',
    lines[1]!,
    'wasm|2.00|1.50|32,000|1.23|1.00|100|120|3.0e-7|kernels',
    'cpu|no step in time|-|-|-|-|-|-|-|kernels',
    'failed: webgpu, no adapter'
  ])
})

test('growth of the heap is told per step', (t) => {
  const marks = { heap: 16_000, code: 900, arrayBuffers: 0, wasm: 0, tensors: null }
  const text = growthText([{ backend: 'wasm', model: 'mlp', steps: 5000, ...marks }])
  t.regex(text, /wasm +5000 +16,000 +3\.2 +900 +0 +0 +-$/)
})
