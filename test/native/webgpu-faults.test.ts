import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { seeded } from '../../src/random.ts'
import { openBackend } from '../../src/training/tensors/backend.ts'
import { createForm } from '../../src/training/tensors/create-form.ts'
import { createTensorEngine } from '../../src/training/tensors/tensor-engine.ts'
import { zeros } from '../../src/vector/vector.ts'
import { missingWebgpu } from './adapter.ts'
import { CASES } from './cases.ts'

// A file, and with it a process, of its own: a device that has failed once is not trusted again.
const missing = await missingWebgpu()

if (missing === null) {
  test('should refuse to go on after a shader that does not compile', async (t) => {
    const { model, batch } = CASES[0]!
    await openBackend('webgpu')
    const form = createForm(model)
    const engine = createTensorEngine({ layout: model.layout, places: model.places, form })
    const replica = model.initial(seeded(1))
    const gradient = zeros(model.layout.length)
    await t.notThrowsAsync(engine.gradient(replica, batch, gradient))
    // tfjs-backend-webgpu 4.22 writes no valid shader for padding in six dimensions, and says nothing.
    const edges = new Array<[number, number]>(6).fill([0, 1])
    const padded = await tf.pad(tf.ones([1, 1, 1, 1, 2, 2]), edges).data()
    t.true(padded.every((value) => value === 0))
    await t.throwsAsync(engine.gradient(replica, batch, gradient), { message: /PadProgram|WGSL/ })
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
