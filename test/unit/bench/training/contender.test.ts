import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { batchesOf, readVector, replicaOf } from '../../../bench/training/batches.ts'
import { CASES } from '../../../bench/training/cases.ts'
import { Contender } from '../../../bench/training/contender.ts'
import { reasonIn } from '../../../bench/training/reason.ts'
import type { GradientAnswer, OpenAnswer, Turn } from '../../../bench/training/requests.ts'

const LONG = 60

const started = (t: ExecutionContext, script: string, limit = LONG): Contender => {
  const contender = new Contender('it', [process.execPath, '-e', script], limit)
  t.teardown(() => contender.stop())
  return contender
}

test('what a program prints beside its answers is passed over', async (t) => {
  const contender = started(
    t,
    `process.stdin.once('data', (line) => console.log('hello\\n\\n' + line + 'bye'))`
  )
  t.deepEqual(await contender.ask({ type: 'run', seconds: 2 }), { type: 'run', seconds: 2 })
})

test('a program takes one thread, whatever the environment says', async (t) => {
  const contender = started(
    t,
    `const { OMP_NUM_THREADS: threads, OPENBLAS_CORETYPE: core = null } = process.env
     process.stdin.once('data', () => console.log(JSON.stringify({ threads, core })))`
  )
  t.deepEqual(await contender.ask({ type: 'run', seconds: 1 }), { threads: '1', core: null })
})

test('a program whose time is up is ended, and asked no more', async (t) => {
  const contender = started(t, 'setInterval(() => {}, 1000)', 0.01)
  t.is(await contender.ask({ type: 'run', seconds: 1 }), null)
  t.is(await contender.ask({ type: 'run', seconds: 1 }), null)
})

test('a program that ends by itself is a failure with its reason', async (t) => {
  const contender = started(t, `process.stdin.once('data', () => { throw new TypeError('odd') })`)
  await t.throwsAsync(contender.ask({ type: 'run', seconds: 1 }), {
    name: 'RunFailedError',
    message: 'it ended: TypeError: odd'
  })
})

test('a program that does not exist is a failure', async (t) => {
  const contender = new Contender('it', [join(tmpdir(), 'no such program')], LONG)
  await t.throwsAsync(contender.ask({ type: 'run', seconds: 1 }), { name: 'RunFailedError' })
})

test('the reason is the error among what is printed', (t) => {
  t.is(reasonIn('at x\nRangeError: far\n  at y\n\nNode.js v24\n'), 'RangeError: far')
  t.is(reasonIn('Killed\n'), 'Killed')
  t.is(reasonIn('  \n'), 'it said nothing')
})

test("our contender answers with the engine's gradient and takes steps", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'training-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const program = join(import.meta.dirname, '../../../bench/training/contender-program.ts')
  const usable = { name: 'wasm', description: 'ours' }
  const setup = JSON.stringify([usable, 'mlp'])
  const contender = new Contender('wasm', [process.execPath, program, setup], LONG)
  t.teardown(() => contender.stop())
  const one = CASES['mlp']!()

  const opened = await contender.ask<OpenAnswer>({ type: 'open' } as never)
  t.deepEqual(opened, { parameters: one.parameters, library: 'ours' })

  const into = join(folder, 'gradient.f32')
  const answer = await contender.ask<GradientAnswer>({ type: 'gradient', into })
  const expected = zeros(one.parameters)
  const engine = openWasmEngine(one.model, one.batch)
  const loss = engine.gradient(replicaOf(one), batchesOf(one, 1)[0]!, expected)
  t.is(answer?.loss, loss)
  t.deepEqual(await readVector(into), expected)

  const turn = await contender.ask<Turn>({ type: 'run', seconds: 0.01 })
  t.true(turn!.steps >= 1)
  t.true(turn!.seconds >= 0.01)
})
