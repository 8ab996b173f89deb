import test from 'ava'
import { tryBackend } from '../../../../src/training/backends/trial.ts'

const module = (name: string): string => new URL(`./mishaps/${name}.ts`, import.meta.url).href

test('the backends that need no other package pass', async (t) => {
  for (const backend of ['wasm', 'cpu'] as const) {
    const report = await tryBackend({ backend, module: null })
    t.like(report, { passed: true, gpu: false }, backend)
  }
})

test('a package that is not there is a reason', async (t) => {
  const report = await tryBackend({ backend: 'cpu', module: 'no-such-package' })
  t.like(report, { passed: false })
  t.regex(report.passed ? '' : report.reason, /no-such-package/)
})

test('whatever an import throws is a reason', async (t) => {
  t.deepEqual(await tryBackend({ backend: 'cpu', module: module('throws') }), {
    passed: false,
    reason: 'a string without a code'
  })
})

test('a library that ends its process ends no other', async (t) => {
  t.deepEqual(await tryBackend({ backend: 'cpu', module: module('exits') }), {
    passed: false,
    reason: 'its process ended with code 7: Illegal instruction'
  })
  t.deepEqual(await tryBackend({ backend: 'cpu', module: module('aborts') }), {
    passed: false,
    reason: 'its process was ended by SIGABRT: no AVX here'
  })
})

test('a library that hangs is given up', async (t) => {
  t.like(await tryBackend({ backend: 'cpu', module: module('hangs') }, 1000), {
    passed: false,
    reason: 'gives no answer within 1 s'
  })
})
