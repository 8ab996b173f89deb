import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { openBackend } from '../../src/training/tensors/backend.ts'
import { checkBackend } from './backend-suite.ts'
import { isInstalled } from './installed.ts'

if (isInstalled('@tensorflow/tfjs-node') || isInstalled('@tensorflow/tfjs-node-gpu')) {
  test.serial("should be TensorFlow's own library", async (t) => {
    const { description } = await openBackend('tensorflow')
    t.log(description)
    const { binding } = tf.backend() as unknown as {
      readonly binding: { readonly TF_Version: string }
    }
    t.regex(binding.TF_Version, /^2\.\d+\.\d+$/)
    t.true(description.includes(binding.TF_Version))
  })
  checkBackend({ backend: 'tensorflow' })
} else {
  test('is left out: @tensorflow/tfjs-node is not installed; test/native/build-tensorflow.sh builds it', (t) => {
    t.pass()
  })
}
