import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { openBackend } from '../../../../src/training/tensors/backend.ts'

const module = import.meta.resolve('../../../../src/training/tensors/backend.ts')

test.serial('should open wasm with vector instructions and our kernels', async (t) => {
  const backend = await openBackend('wasm')
  t.deepEqual(backend, {
    name: 'wasm',
    description: 'tfjs-backend-wasm 4.22.0',
    gpu: false,
    notice: null
  })
  t.is(tf.getBackend(), 'wasm')
})

for (const name of ['tensorflow', 'webgpu'] as const) {
  test.serial(`should open ${name}, or say why it does not start here`, async (t) => {
    const outcome = await openBackend(name).then(
      () => tf.getBackend(),
      (error: Error) => `${error.name}: ${error.message}`
    )
    // Their packages are nobody's dependencies, and may be missing, broken or fine.
    const failed = `RunFailedError: the backend ${name} does not start on this machine (`
    t.true(outcome === name || outcome.startsWith(failed), outcome)
    // What is opened next is not disturbed.
    t.is((await openBackend('wasm')).name, 'wasm')
    t.is(tf.getBackend(), 'wasm')
  })
}

test.serial('should load the package that is named, and no other in its place', async (t) => {
  const error = await t.throwsAsync(openBackend('tensorflow', 'no-such-package'))
  t.regex(error.message, /no-such-package/)
  t.notRegex(error.message, /tfjs-node/)
})

test.serial('should switch between backends and open each as often as asked', async (t) => {
  for (const name of ['cpu', 'wasm', 'wasm', 'cpu', 'wasm'] as const) {
    t.is((await openBackend(name)).name, name)
    t.is(tf.getBackend(), name)
    t.deepEqual([...tf.tidy(() => tf.add([1, 2], [3, 4]).dataSync())], [4, 6])
  }
})

test.serial('should open once when asked twice at the same time', async (t) => {
  const [a, b] = await Promise.all([openBackend('wasm'), openBackend('wasm')])
  t.deepEqual(a, b)
})

test.serial('should open in a worker thread', async (t) => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     import(${JSON.stringify(module)})
       .then(({ openBackend }) => openBackend('wasm'))
       .then(({ name }) => parentPort.postMessage(name))`,
    { eval: true }
  )
  const name = await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  await worker.terminate()
  t.is(name, 'wasm')
})

for (const name of ['wasm', 'cpu'] as const) {
  test.serial(`should print nothing and add no process listeners with ${name}`, async (t) => {
    const script = `
      const { openBackend } = await import(${JSON.stringify(module)})
      const count = () => process.listenerCount('uncaughtException') +
        process.listenerCount('unhandledRejection')
      const before = count()
      await openBackend('${name}')
      const tf = await import('@tensorflow/tfjs-core')
      tf.tidy(() => { tf.matMul([[1]], [[2]]).dataSync() })
      process.exitCode = count() - before`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script
    ])
    t.is(stdout, '')
    t.is(stderr, '')
  })
}
