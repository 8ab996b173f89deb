import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { currentHeap } from '../../../../src/training/tensors/heap/current.ts'
import { MODULE as CONV } from '../../../../src/training/wasm/conv-module.ts'
import { MODULE as NN } from '../../../../src/training/wasm/module.ts'
import { uniform } from '../helpers.ts'
import { testKernels } from './kernel-cases.ts'

testKernels(() => openBackend('wasm'))

test.serial("should compute in the backend's own memory", async (t) => {
  await openBackend('wasm')
  const heap = currentHeap()!
  const x = tf.tensor1d([1, 2, 3])
  heap.kernels.scale(3, heap.at(x), 2)
  t.deepEqual([...x.dataSync()], [2, 4, 6])
  x.dispose()
  await openBackend('cpu')
  t.is(currentHeap(), null)
})

for (const [outerA, outerB] of [
  [[3, 1], [4]],
  [
    [1, 4],
    [3, 4]
  ],
  [[], [3, 2]]
] as const) {
  const title = `should multiply each of batches [${outerA}] by each of [${outerB}]`
  test.serial(title, async (t) => {
    await openBackend('wasm')
    const outer = tf.broadcast_util.assertAndGetBroadcastShape([...outerA], [...outerB])
    const random = seeded(8)
    tf.tidy(() => {
      const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
      const a = tf.tensor(uniform(random, sizeOf(outerA) * 6), [...outerA, 2, 3])
      const b = tf.tensor(uniform(random, sizeOf(outerB) * 10), [...outerB, 5, 2])
      const found = tf.matMul(a, b, true, true)
      // cpu's own kernel counts batches of other shapes wrongly.
      const expected = tf.matMul(
        tf.broadcastTo(a, [...outer, 2, 3]),
        tf.broadcastTo(b, [...outer, 5, 2]),
        true,
        true
      )
      t.deepEqual(found.shape, [...outer, 3, 5])
      t.deepEqual(found.dataSync().slice(), expected.dataSync().slice())
    })
  })
}

declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => object
}

for (const [name, base64] of [
  ['nn', NN],
  ['conv', CONV]
] as const) {
  test(`should leave a memory as it is when ${name} starts in it`, (t) => {
    const memory = new WebAssembly.Memory({ initial: 3 })
    const bytes = new Uint8Array(memory.buffer).fill(0xa5)
    const module = new WebAssembly.Module(Buffer.from(base64, 'base64'))
    t.truthy(new WebAssembly.Instance(module, { env: { memory } }))
    t.is(memory.buffer.byteLength, bytes.length)
    t.true(bytes.every((byte) => byte === 0xa5))
  })
}
