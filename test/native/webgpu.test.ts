import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { openBackend } from '../../src/training/tensors/backend.ts'
import { adapterInfo, missingWebgpu } from './adapter.ts'
import { checkBackend } from './backend-suite.ts'

const missing = await missingWebgpu()

if (missing === null) {
  test.serial('should say whether the adapter is a GPU', async (t) => {
    const { isFallbackAdapter, description } = await adapterInfo()
    const backend = await openBackend('webgpu')
    t.log(backend.description)
    t.is(backend.gpu, !isFallbackAdapter)
    t.true(backend.description.includes(description))
    t.is(backend.notice === null, !isFallbackAdapter)
  })
  checkBackend({
    backend: 'webgpu',
    // Otherwise tfjs computes tensors of less than 1000 elements in JavaScript.
    prepare: () => tf.env().set('WEBGPU_CPU_FORWARD', false)
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
