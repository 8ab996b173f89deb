import test from 'ava'
import { growthOf } from '../../../bench/training/growth.ts'
import { memoryOf, parseStatus } from '../../../bench/training/memory.ts'
import { Sightings } from '../../../bench/training/peer-memory.ts'

test('resident and peak memory are read from a status file', (t) => {
  const text =
    'Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t    3000 kB\nVmRSS:\t    2000 kB\nThreads:\t11\n'
  t.deepEqual(parseStatus(text), { resident: 2_048_000, peak: 3_072_000 })
})

test('a process that ends has no memory any more', (t) => {
  t.is(parseStatus('Name:\tnode\nState:\tZ (zombie)\n'), null)
  t.is(memoryOf(-1), null)
})

test('of processes their peaks count, and what all had at one look', (t) => {
  const sightings = new Sightings()
  sightings.add(new Map([[1, { resident: 10, peak: 12 }]]))
  sightings.add(
    new Map([
      [1, { resident: 8, peak: 12 }],
      [2, { resident: 20, peak: 20 }]
    ])
  )
  sightings.add(new Map([[2, { resident: 22, peak: 24 }]]))
  t.deepEqual(sightings.summary, { peers: 2, largest: 24, mean: 18, together: 28 })
})

test('growth is what the last mark has beyond the first', (t) => {
  const mark = (steps: number, heap: number, tensors: number | null) => ({
    steps,
    heap,
    code: 5 * heap,
    arrayBuffers: 7,
    wasm: 100 + steps,
    tensors
  })
  const growth = growthOf([mark(0, 50, 3), mark(10, 90, 3), mark(20, 60, 4)])
  t.deepEqual(growth, { steps: 20, heap: 10, code: 50, arrayBuffers: 0, wasm: 20, tensors: 1 })
  t.is(growthOf([mark(0, 1, null), mark(1, 1, null)]).tensors, null)
})
