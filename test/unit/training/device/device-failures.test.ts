import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MessageChannel, Worker } from 'node:worker_threads'
import test from 'ava'
import { DeviceEngine } from '../../../../src/training/device/device-engine.ts'
import { DeviceLink } from '../../../../src/training/device/device-link.ts'
import { countOf, createSignal, waitBeyond } from '../../../../src/training/device/signal.ts'
import type { Engine, Step } from '../../../../src/training/engine.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { batchOf, FREED, MISHAPS, SGD, startFake } from './fake-setup.ts'

setFlagsFromString('--expose-gc')
const gc: () => void = runInNewContext('gc')

/** Finalisers run between two turns of the event loop. */
const collectGarbage = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) {
    gc()
    await turn()
  }
}

const gradientOn = (engine: Engine, label: number): number =>
  engine.gradient(zeros(4), batchOf(1, label), zeros(4))

test('what fails on the device fails here, and the next request is served', async (t) => {
  const engine = await startFake()
  t.throws(() => gradientOn(engine, MISHAPS.error), {
    name: 'RunFailedError',
    message: 'the device thread failed: the fake has failed'
  })
  t.is(gradientOn(engine, 7), 7)
  const steps = [batchOf(1), batchOf(1, MISHAPS.error)].map((batch) => ({ batch, rate: 1 }))
  t.throws(() => engine.descender(SGD, null).descend(zeros(4), steps, null), {
    name: 'RunFailedError'
  })
  t.is(gradientOn(engine, 8), 8)
  engine.dispose()
})

test('a bad input keeps its problems', async (t) => {
  const engine = await startFake()
  const problems = [{ path: 'model', rule: 'must be real', remedy: 'make it so' }]
  t.like(
    t.throws(() => gradientOn(engine, MISHAPS.badInput)),
    {
      name: 'InvalidInputError',
      problems
    }
  )
  await t.throwsAsync(startFake({ open: MISHAPS.badInput }), { name: 'InvalidInputError' })
  engine.dispose()
})

test('a source of batches that fails leaves no batch behind', async (t) => {
  const engine = await startFake()
  const batches = function* () {
    yield batchOf(1)
    throw new Error('no more data')
  }
  t.throws(() => engine.logits(zeros(4), batches(), () => {}), { message: 'no more data' })
  const seen: number[] = []
  engine.logits(zeros(4), [batchOf(5)], (_, { x }) => void seen.push(x[0]!))
  t.deepEqual(seen, [5])
  engine.dispose()
})

test('a descent whose steps cross in parts may fail on either side', async (t) => {
  const engine = await startFake({ length: 1 })
  const large = (label: number) => ({ batch: batchOf(1, label, 3_000_000), rate: 1 })
  const descend = (steps: Iterable<Step>) =>
    engine.descender(SGD, null).descend(zeros(1), steps, null).loss
  const running = function* () {
    for (let i = 0; i < 5; i++) yield large(0)
    throw new Error('no more data')
  }
  t.throws(() => descend(running()), { message: 'no more data' })
  t.is(descend([1, 2, 3, 4, 5].map(() => large(0))), 15)
  // In the first part, in the next, and in the last.
  for (const place of [1, 3, 4]) {
    const steps = [0, 1, 2, 3, 4].map((i) => large(i === place ? MISHAPS.error : 0))
    t.throws(() => descend(steps), { message: /the fake has failed/ }, String(place))
    t.is(descend([large(0)]), 1)
  }
  engine.dispose()
})

test('a thread that ends, or is silent, fails the request and all that follow', async (t) => {
  for (const [mishap, message] of [
    ['exit', 'the device thread has ended by itself; start again, or choose another backend'],
    ['silence', /^the device thread shows no progress for 0.5 s/],
    ['stray', 'the device thread failed: a stray exception']
  ] as const) {
    const engine = await startFake({}, 500)
    t.throws(() => gradientOn(engine, MISHAPS[mishap]), { name: 'RunFailedError', message }, mishap)
    t.throws(() => gradientOn(engine, 1), { name: 'RunFailedError' }, mishap)
    engine.dispose()
  }
})

test('every step is a sign of life', async (t) => {
  const { port1, port2 } = new MessageChannel()
  const signal = createSignal()
  const thread = new Worker(new URL('./fake-device.ts', import.meta.url), {
    workerData: { setup: { length: 1, classes: 1, open: 0 }, port: port2, signal },
    transferList: [port2]
  })
  await once(thread, 'message')
  const engine = new DeviceEngine({
    link: new DeviceLink(port1, signal, 60_000),
    backend: 'fake',
    layout: layoutOf([]),
    classes: 1,
    capacity: 1
  })
  const before = countOf(signal)
  const steps = Array.from({ length: 5 }, () => ({ batch: batchOf(1), rate: 1 }))
  engine.descender(SGD, null).descend(zeros(1), steps, null)
  t.is(countOf(signal) - before, 6, 'the reply is the sixth')
  t.true(waitBeyond(signal, before, 0), 'whoever has seen the count before waits on')
  t.false(waitBeyond(signal, countOf(signal), 0))
  port1.close()
  await thread.terminate()
})

test('a thread that cannot open says why', async (t) => {
  await t.throwsAsync(startFake({ open: MISHAPS.error }), {
    name: 'RunFailedError',
    message: 'the device thread failed: the fake has failed'
  })
  await t.throwsAsync(startFake({ open: MISHAPS.exit }), {
    name: 'RunFailedError',
    message: 'the device thread ended while its backend opened'
  })
  await t.throwsAsync(startFake({ open: MISHAPS.stray }), { message: /a stray exception/ })
})

test('who has disposed of an engine cannot use it', async (t) => {
  const engine = await startFake()
  engine.dispose()
  engine.dispose()
  t.throws(() => gradientOn(engine, 1), { message: 'the device thread has been ended' })
})

test('states of descenders that nobody holds are freed', async (t) => {
  const engine = await startFake()
  const step = [{ batch: batchOf(1), rate: 1 }]
  const kept = engine.descender(SGD, null)
  kept.descend(zeros(4), step, null)
  for (let i = 0; i < 3; i++) engine.descender(SGD, null).descend(zeros(4), step, null)
  t.is(gradientOn(engine, FREED), 0)
  await collectGarbage()
  t.is(gradientOn(engine, FREED), 3)
  t.is(kept.descend(zeros(4), step, null).loss, 2)
  engine.dispose()
})

test('another thread can use a device thread', async (t) => {
  const thread = new Worker(new URL('./fake-user.ts', import.meta.url))
  const [loss, ...gradient] = await new Promise<number[]>((resolve, reject) => {
    thread.once('message', resolve).once('error', reject)
  })
  t.deepEqual([loss, gradient], [6, [3, 5]])
  await thread.terminate()
})

test('a process ends though it has not disposed of its engine', async (t) => {
  const user = new URL('./fake-user.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [user], { timeout: 30_000 })
  t.is(stdout, '6,3,5\n')
})
