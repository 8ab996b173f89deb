import test from 'ava'
import type { Step } from '../../../../src/training/engine.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { batchOf, SGD, startFake } from './fake-setup.ts'

test('a gradient crosses with its loss', async (t) => {
  const engine = await startFake()
  const into = zeros(4)
  const batch = { x: Float32Array.of(10, 20), labels: Uint8Array.of(3, 4) }
  t.is(engine.gradient(Float32Array.of(1, 2, 3, 4), batch, into), 7)
  t.deepEqual([...into], [12, 24, 16, 28])
  t.is(engine.backend, 'fake')
  t.is(engine.layout.length, 4)
  t.is(engine.capacity, 64)
  engine.dispose()
})

test('characters cross as bytes, of views into larger memory what the view shows', async (t) => {
  const engine = await startFake({ length: 2 })
  const x = Uint8Array.of(9, 9, 9, 200, 100).subarray(3)
  const labels = Uint8Array.of(1, 5).subarray(1)
  const into = new Float32Array(5).subarray(1, 3)
  t.is(engine.gradient(new Float32Array([7, 1, 2, 7]).subarray(1, 3), { x, labels }, into), 5)
  t.deepEqual([...into], [202, 104])
  engine.dispose()
})

test('steps are taken in their order, in place, though a batch is overwritten by the next', async (t) => {
  const engine = await startFake({ length: 2 })
  const replica = Float32Array.of(8, 16)
  const batch = batchOf(0)
  const steps = function* (): Iterable<Step> {
    for (const [x, rate] of [
      [1, 1],
      [2, 0.5],
      [3, 2]
    ] as const) {
      batch.x[0] = x
      yield { batch, rate }
    }
  }
  const correction = Float32Array.of(0, 1)
  const report = engine.descender(SGD, null).descend(replica, steps(), correction)
  t.deepEqual(report, { loss: 6, skipped: 1 })
  // ((8 / 2 + 1) / 2 + 1) / 2 + 6, and the other one with 1 added each time
  t.deepEqual([...replica], [7.75, 10.5])
  t.deepEqual([...correction], [0, 1])
  engine.dispose()
})

test('every descender has a state of its own', async (t) => {
  const engine = await startFake()
  const [a, b] = [engine.descender(SGD, null), engine.descender(SGD, 1)]
  const step = [{ batch: batchOf(1), rate: 1 }]
  const losses = [a, a, b, a, b].map((it) => it.descend(zeros(4), step, null).loss)
  t.deepEqual(losses, [1, 2, 1, 3, 2])
  engine.dispose()
})

test('no steps change nothing', async (t) => {
  const engine = await startFake()
  const replica = Float32Array.of(1, 2, 3, 4)
  t.deepEqual(engine.descender(SGD, null).descend(replica, [], null), { loss: 0, skipped: 0 })
  t.deepEqual([...replica], [1, 2, 3, 4])
  engine.dispose()
})

test('a gradient from elsewhere is followed, or left out where it is not finite', async (t) => {
  const engine = await startFake({ length: 2 })
  const descender = engine.descender(SGD, null)
  const replica = Float32Array.of(1, 2)
  t.true(descender.follow(replica, Float32Array.of(4, 8), 0.25))
  t.deepEqual([...replica], [0, 0])
  t.false(descender.follow(replica, Float32Array.of(Number.NaN, 1), 1))
  t.deepEqual([...replica], [0, 0])
  engine.dispose()
})

test('each batch is visited with its own logits', async (t) => {
  const engine = await startFake({ classes: 2 })
  const seen: number[][] = []
  const batch = { x: zeros(1), labels: new Uint8Array(2) }
  const batches = function* () {
    for (let i = 0; i < 3; i++) {
      batch.x[0] = i
      batch.labels[1] = i
      yield batch
    }
  }
  engine.logits(Float32Array.of(0.5, 0, 0, 0), batches(), (logits, { x, labels }) => {
    seen.push([...logits, ...x, ...labels])
  })
  t.deepEqual(seen, [
    [0.5, 0.5, 0.5, 0.5, 0, 0, 0],
    [1.5, 1.5, 1.5, 1.5, 1, 0, 1],
    [2.5, 2.5, 2.5, 2.5, 2, 0, 2]
  ])
  engine.dispose()
})

test('more batches than cross at once are one descent, with its correction', async (t) => {
  const engine = await startFake({ length: 1 })
  const replica = Float32Array.of(1)
  // 12 MB each, so three crossings; the rate tells the steps apart.
  const batch = batchOf(1, 0, 3_000_000)
  const rates = [1, 2, 3, 4, 5, 6]
  const steps = rates.map((rate) => ({ batch, rate }))
  const report = engine.descender(SGD, null).descend(replica, steps, Float32Array.of(0.5))
  t.deepEqual(report, { loss: 21, skipped: 1 }, 'the fake says how many descents that were')
  t.is(
    replica[0],
    rates.reduce((x, rate) => x / 2 + rate + 0.5, 1)
  )
  engine.dispose()
})

test('a thousand small steps and a correction are one descent', async (t) => {
  const engine = await startFake({ length: 1 })
  const replica = Float32Array.of(1)
  const steps = Array.from({ length: 1000 }, (_, i) => ({ batch: batchOf(1), rate: i % 7 }))
  const { loss } = engine.descender(SGD, null).descend(replica, steps, Float32Array.of(0.25))
  t.is(loss, (1000 * 1001) / 2)
  t.is(
    replica[0],
    steps.reduce((x, { rate }) => Math.fround(x / 2 + rate + 0.25), 1)
  )
  engine.dispose()
})

test('many logits cross in chunks', async (t) => {
  // 16 MB of logits for every batch of four labels
  const engine = await startFake({ classes: 1_000_000 })
  const seen: number[] = []
  const batches = [1, 2, 3, 4, 5].map((x) => ({ x: Float32Array.of(x), labels: new Uint8Array(4) }))
  engine.logits(zeros(4), batches, (logits, { x }) => {
    seen.push(logits.length, logits.at(-1)!, x[0]!)
  })
  t.deepEqual(
    seen,
    [1, 2, 3, 4, 5].flatMap((x) => [4_000_000, x, x])
  )
  engine.dispose()
})

test('vectors of ten million parameters come back whole, again and again', async (t) => {
  const length = 10_000_000
  const engine = await startFake({ length })
  const replica = zeros(length)
  for (let i = 0; i < length; i++) replica[i] = i % 1024
  const into = zeros(length)
  const descender = engine.descender(SGD, null)
  for (const _ of [1, 2]) {
    engine.gradient(replica, batchOf(1), into)
    descender.follow(replica, into, 0.5) // x - (2 x + 1) / 2
    t.true(replica.every((x) => x === -0.5))
    replica.fill(3)
    engine.gradient(replica, batchOf(-8), into)
    t.true(into.every((x) => x === -2))
    for (let i = 0; i < length; i++) replica[i] = i % 1024
  }
  engine.dispose()
})

test('many engines at once do not hear each other', async (t) => {
  const lengths = [1, 2, 3, 4, 5, 6]
  const engines = await Promise.all(lengths.map((length) => startFake({ length })))
  for (let round = 0; round < 20; round++) {
    engines.forEach((engine, index) => {
      const into = zeros(lengths[index]!)
      const loss = engine.gradient(zeros(into.length), batchOf(round, index), into)
      t.deepEqual([loss, ...into], [index, ...into.map(() => round)])
    })
  }
  for (const engine of engines) engine.dispose()
})
