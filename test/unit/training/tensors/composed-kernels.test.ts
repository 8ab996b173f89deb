import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { wasmLoader } from '../../../../src/training/tensors/backends/wasm.ts'
import { currentHeap } from '../../../../src/training/tensors/heap/current.ts'
import { testKernels } from './kernel-cases.ts'

/** As if tfjs had another memory than the one we know. */
const load = wasmLoader(() => {
  throw new Error('no memory is shown')
})

/** What importing the backend does, too: gradients. */
const opened = import('@tensorflow/tfjs-layers').then(() => load(null))

testKernels(async () => {
  await opened
  await tf.setBackend('wasm')
})

test.serial('should say that its kernels are composed, and why', async (t) => {
  const { notice } = await opened
  t.regex(notice!, /composed of tfjs's own kernels .* \(no memory is shown\)$/)
  await tf.setBackend('wasm')
  t.is(currentHeap(), null)
})
