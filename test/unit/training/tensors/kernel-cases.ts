import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { difference, uniform } from '../helpers.ts'

/** Sums of a few thousand float32 products in another order. */
const TOLERANCE = 1e-5

interface ConvCase {
  readonly image: readonly [height: number, width: number, channels: number]
  readonly filters: number
  readonly side: number
  readonly stride: number
  readonly pad: 'same' | 'valid' | number
}

const convCases: readonly ConvCase[] = [
  { image: [9, 8, 3], filters: 5, side: 3, stride: 1, pad: 'same' },
  { image: [9, 8, 3], filters: 5, side: 3, stride: 2, pad: 'same' },
  { image: [9, 8, 2], filters: 4, side: 3, stride: 2, pad: 'valid' },
  { image: [10, 10, 4], filters: 2, side: 5, stride: 3, pad: 'valid' },
  { image: [11, 10, 1], filters: 6, side: 5, stride: 1, pad: 'same' },
  { image: [7, 7, 3], filters: 6, side: 1, stride: 1, pad: 'same' },
  { image: [8, 8, 3], filters: 4, side: 1, stride: 2, pad: 'same' },
  { image: [9, 9, 2], filters: 3, side: 3, stride: 1, pad: 2 },
  { image: [9, 9, 2], filters: 3, side: 2, stride: 1, pad: 3 },
  { image: [8, 9, 2], filters: 3, side: 4, stride: 2, pad: 1 },
  { image: [3, 3, 2], filters: 3, side: 3, stride: 1, pad: 'valid' }
]

/** Rows of a, inner length, columns of b: the last ones make the right factor the larger one. */
const productSizes = [
  [4, 7, 5],
  [32, 20, 3],
  [1, 1, 1],
  [3, 40, 50],
  [1, 9, 30]
] as const

interface PoolCase {
  readonly image: readonly [height: number, width: number, channels: number]
  readonly side: number
  readonly stride: number
  readonly pad: 'same' | 'valid' | number
}

const poolCases: readonly PoolCase[] = [
  { image: [8, 6, 3], side: 2, stride: 2, pad: 'valid' },
  { image: [7, 9, 2], side: 2, stride: 2, pad: 'valid' },
  { image: [7, 9, 2], side: 2, stride: 2, pad: 'same' },
  { image: [6, 6, 2], side: 3, stride: 1, pad: 'same' },
  { image: [6, 7, 1], side: 3, stride: 2, pad: 1 },
  { image: [5, 5, 4], side: 2, stride: 3, pad: 'valid' }
]

/** Tests every kernel of the wasm backend that `openWasm` opens against those of cpu, the oracle. */
export const testKernels = (openWasm: () => Promise<unknown>): void => {
  /** Runs the same computation on wasm and on cpu; returns their values in that order. */
  const both = async (
    compute: () => readonly tf.Tensor[]
  ): Promise<[Float32Array[], Float32Array[]]> => {
    const run = (): Float32Array[] => {
      const tensors = tf.tidy(() => [...compute()])
      const values = tensors.map((tensor) => tensor.dataSync().slice() as Float32Array)
      tf.dispose(tensors)
      return values
    }
    await openWasm()
    const wasm = run()
    await openBackend('cpu')
    return [wasm, run()]
  }

  for (const { image, filters, side, stride, pad } of convCases) {
    const name = `${image.join('x')}, ${filters} filters of ${side}, stride ${stride}, pad ${pad}`
    test.serial(`should differentiate conv2d as cpu does: ${name}`, async (t) => {
      const random = seeded(1)
      const xs = uniform(random, 2 * image[0] * image[1] * image[2])
      const ws = uniform(random, side * side * image[2] * filters)
      const [wasm, cpu] = await both(() => {
        const x = tf.tensor4d(xs, [2, ...image])
        const w = tf.tensor4d(ws, [side, side, image[2], filters])
        const loss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
          tf.sum(tf.sin(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad)))
        return tf.grads(loss)([x, w])
      })
      t.true(difference(wasm[0]!, cpu[0]!) < TOLERANCE, `input: ${difference(wasm[0]!, cpu[0]!)}`)
      t.true(difference(wasm[1]!, cpu[1]!) < TOLERANCE, `filter: ${difference(wasm[1]!, cpu[1]!)}`)
    })
  }

  test.serial('should add the rows of repeated indices in the gradient of gather', async (t) => {
    const indices = [3, 0, 3, 3, 1, 0]
    const weights = uniform(seeded(2), indices.length * 4)
    const [wasm, cpu] = await both(() => {
      const table = tf.zeros([5, 4])
      const loss = (x: tf.Tensor): tf.Tensor =>
        tf.sum(tf.mul(tf.gather(x, tf.tensor1d(indices, 'int32')), tf.tensor2d(weights, [6, 4])))
      return [tf.grad(loss)(table)]
    })
    const sums = new Float64Array(20)
    for (const [i, row] of indices.entries()) {
      for (let c = 0; c < 4; c++) sums[row * 4 + c] = sums[row * 4 + c]! + weights[i * 4 + c]!
    }
    t.true(difference(wasm[0]!, sums) < TOLERANCE)
    t.true(difference(wasm[0]!, cpu[0]!) < TOLERANCE)
  })

  test.serial('should take segment sums over indices of rank 2', async (t) => {
    const xs = uniform(seeded(3), 2 * 3 * 2 * 2)
    const [wasm, cpu] = await both(() => {
      const x = tf.tensor4d(xs, [2, 3, 2, 2])
      const ids = tf.tensor2d([0, 2, 0, 1, 2, 2], [2, 3], 'int32')
      return [tf.unsortedSegmentSum(tf.reshape(x, [6, 2, 2]), tf.reshape(ids, [6]), 4)]
    })
    t.true(difference(wasm[0]!, cpu[0]!) < TOLERANCE)
  })

  for (const [m, k, n] of productSizes) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const flags = `${transposeA ? 'a^T' : 'a'} ${transposeB ? 'b^T' : 'b'}`
        test.serial(`should multiply ${flags} of ${m}x${k}x${n} as cpu does`, async (t) => {
          const random = seeded(4)
          const as = uniform(random, m * k)
          const bs = uniform(random, k * n)
          const [wasm, cpu] = await both(() => {
            const a = tf.tensor2d(as, transposeA ? [k, m] : [m, k])
            const b = tf.tensor2d(bs, transposeB ? [n, k] : [k, n])
            return [tf.matMul(a, b, transposeA, transposeB)]
          })
          t.is(wasm[0]!.length, m * n)
          t.true(difference(wasm[0]!, cpu[0]!) < TOLERANCE)
        })
      }
    }
  }

  for (const [outerA, outerB] of [
    [[3], [3]],
    [[1], [1]],
    [
      [2, 2],
      [2, 2]
    ]
  ] as const) {
    test.serial(`should multiply batches ${outerA} and ${outerB} as cpu does`, async (t) => {
      const random = seeded(5)
      const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
      const as = uniform(random, sizeOf(outerA) * 20)
      const bs = uniform(random, sizeOf(outerB) * 30)
      const [wasm, cpu] = await both(() => {
        const a = tf.tensor(as, [...outerA, 4, 5])
        const b = tf.tensor(bs, [...outerB, 6, 5])
        const loss = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
          tf.sum(tf.sin(tf.matMul(x, y, false, true)))
        return tf.grads(loss)([a, b])
      })
      t.true(difference(wasm[0]!, cpu[0]!) < TOLERANCE)
      t.true(difference(wasm[1]!, cpu[1]!) < TOLERANCE)
    })
  }

  test.serial('should see a new right factor in memory that an old one has left', async (t) => {
    const random = seeded(6)
    const inputs = Array.from({ length: 6 }, () => uniform(random, 30 * 8))
    const as = uniform(random, 30 * 30)
    const [wasm, cpu] = await both(() =>
      inputs.map((bs) => {
        const scratch = tf.tidy(() =>
          tf.matMul(tf.tensor2d(as, [30, 30]), tf.tensor2d(bs, [30, 8])).arraySync()
        )
        return tf.tensor2d(scratch as number[][])
      })
    )
    for (let i = 0; i < inputs.length; i++) {
      t.true(difference(wasm[i]!, cpu[i]!) < TOLERANCE, `factor ${i}`)
    }
  })

  for (const { image, side, stride, pad } of poolCases) {
    // Without positive elements the shipped kernel gives nothing at all.
    for (const shift of [0, -1]) {
      const name = `${image.join('x')} shifted by ${shift}, windows of ${side}, stride ${stride}, pad ${pad}`
      test.serial(`should differentiate max pooling as cpu does: ${name}`, async (t) => {
        const xs = uniform(seeded(7), 2 * image[0] * image[1] * image[2])
        const [wasm, cpu] = await both(() => {
          const x = tf.add(tf.tensor4d(xs, [2, ...image]), shift) as tf.Tensor4D
          const loss = (a: tf.Tensor): tf.Tensor =>
            tf.sum(tf.sin(tf.mul(3, tf.maxPool(a as tf.Tensor4D, side, stride, pad))))
          return [tf.grad(loss)(x)]
        })
        t.true(Math.hypot(...wasm[0]!) > 0)
        t.true(difference(wasm[0]!, cpu[0]!) < TOLERANCE)
      })
    }
  }

  test.serial('should give the gradient of equal maxima to the first of them only', async (t) => {
    await openWasm()
    const gradient = tf.tidy(() => {
      const x = tf.tensor4d([1, 5, 5, 5, 2, 2, 2, 2], [1, 2, 4, 1])
      const weights = tf.tensor4d([10, 20], [1, 1, 2, 1])
      const loss = (a: tf.Tensor): tf.Tensor =>
        tf.sum(tf.mul(weights, tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid')))
      return [...tf.grad(loss)(x).dataSync()]
    })
    t.deepEqual(gradient, [0, 10, 20, 0, 0, 0, 0, 0])
  })

  for (const { image, filters, side, stride, pad } of convCases) {
    const name = `${image.join('x')}, ${filters} filters of ${side}, stride ${stride}, pad ${pad}`
    test.serial(`should convolve as cpu does, with and without bias: ${name}`, async (t) => {
      const random = seeded(9)
      const xs = uniform(random, 2 * image[0] * image[1] * image[2])
      const ws = uniform(random, side * side * image[2] * filters)
      const bs = uniform(random, filters)
      const [wasm, cpu] = await both(() => {
        const x = tf.tensor4d(xs, [2, ...image])
        const filter = tf.tensor4d(ws, [side, side, image[2], filters])
        const call = { x, filter, strides: stride, pad, bias: tf.tensor1d(bs) }
        return [
          tf.conv2d(x, filter, stride, pad),
          tf.fused.conv2d(call),
          tf.fused.conv2d({ ...call, activation: 'relu' })
        ]
      })
      for (const [i, values] of wasm.entries()) t.true(difference(values, cpu[i]!) < TOLERANCE)
    })
  }

  test.serial('should convolve with windows that are no squares, and dilated ones', async (t) => {
    const xs = uniform(seeded(10), 2 * 7 * 9 * 3)
    const ws = uniform(seeded(11), 2 * 3 * 3 * 4)
    const [wasm, cpu] = await both(() => {
      const x = tf.tensor4d(xs, [2, 7, 9, 3])
      const w = tf.tensor4d(ws, [2, 3, 3, 4])
      const loss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.sum(tf.sin(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, [1, 2], 'same')))
      return [...tf.grads(loss)([x, w]), tf.conv2d(x, w, 1, 'same', 'NHWC', 2)]
    })
    for (const [i, values] of wasm.entries()) t.true(difference(values, cpu[i]!) < TOLERANCE)
  })

  test.serial('should add a bias to products as cpu does', async (t) => {
    const random = seeded(12)
    const [as, bs, bias] = [uniform(random, 21), uniform(random, 35), uniform(random, 5)]
    const [wasm, cpu] = await both(() => {
      const a = tf.tensor2d(as, [3, 7])
      const call = { a, b: tf.tensor2d(bs, [7, 5]), bias: tf.tensor1d(bias) }
      // With a transpose and an activation the shipped kernel is wrong, and nobody asks for it.
      const turned = tf.tensor2d(bs, [5, 7])
      return [
        tf.fused.matMul(call),
        tf.fused.matMul({ ...call, activation: 'relu' }),
        tf.fused.matMul({ a, b: turned, transposeB: true })
      ]
    })
    for (const [i, values] of wasm.entries()) t.true(difference(values, cpu[i]!) < TOLERANCE)
  })

  for (const [shape, perm] of [
    [
      [5, 4],
      [1, 0]
    ],
    [
      [3, 5, 4],
      [1, 0, 2]
    ],
    [
      [3, 5, 4],
      [2, 0, 1]
    ],
    [
      [2, 3, 4, 5],
      [0, 2, 1, 3]
    ],
    [
      [2, 3, 3, 2, 5],
      [2, 0, 3, 1, 4]
    ],
    [
      [2, 1, 3, 2, 2, 3],
      [3, 1, 0, 4, 2, 5]
    ]
  ]) {
    test.serial(`should transpose [${shape}] to [${perm}] as cpu does`, async (t) => {
      const xs = uniform(
        seeded(13),
        shape!.reduce((a, b) => a * b, 1)
      )
      const [wasm, cpu] = await both(() => {
        const x = tf.tensor(xs, shape!)
        return [tf.transpose(x, perm!), tf.transpose(tf.cast(tf.mul(x, 100), 'int32'), perm!)]
      })
      t.deepEqual(wasm, cpu)
    })
  }

  for (const axes of [[0], [0, 1], [2], [0, 2], [0, 1, 2], [-3]]) {
    test.serial(`should sum over [${axes}] as cpu does`, async (t) => {
      const xs = uniform(seeded(14), 5 * 6 * 7)
      const [wasm, cpu] = await both(() => {
        const x = tf.tensor3d(xs, [5, 6, 7])
        return [
          tf.sum(x, axes),
          tf.sum(x, axes, true),
          tf.sum(tf.cast(tf.mul(x, 9), 'int32'), axes)
        ]
      })
      for (const [i, values] of wasm.entries()) t.true(difference(values, cpu[i]!) < TOLERANCE)
    })
  }

  for (const [begin, size] of [
    [
      [0, 0, 0],
      [5, 6, 7]
    ],
    [
      [2, 0, 0],
      [2, 6, 7]
    ],
    [
      [2, 3, 0],
      [1, 2, 7]
    ],
    [
      [1, 2, 3],
      [3, 2, 1]
    ]
  ]) {
    test.serial(`should slice [${size}] from [${begin}] as cpu does`, async (t) => {
      const xs = uniform(seeded(15), 5 * 6 * 7)
      const [wasm, cpu] = await both(() => {
        const x = tf.tensor3d(xs, [5, 6, 7])
        return [
          tf.slice(x, begin as [number, number, number], size as [number, number, number]),
          tf.slice(tf.cast(tf.mul(x, 9), 'int32'), begin as [number, number, number])
        ]
      })
      t.deepEqual(wasm, cpu)
    })
  }

  test.serial('should count who names the same values', async (t) => {
    await openWasm()
    const before = tf.memory()
    const x = tf.tensor1d([1, 2, 3])
    const y = x.clone()
    x.dispose()
    t.deepEqual([...y.dataSync()], [1, 2, 3])
    y.dispose()
    const { numTensors, numBytes, numDataBuffers } = tf.memory()
    t.deepEqual(
      [numTensors, numBytes, numDataBuffers],
      [before.numTensors, before.numBytes, before.numDataBuffers]
    )
  })

  test.serial('should give the same after memory has grown', async (t) => {
    await openWasm()
    const product = () =>
      tf.tidy(() => {
        const a = tf.tensor2d(uniform(seeded(16), 60 * 70), [60, 70])
        return tf.matMul(a, a, false, true).dataSync().slice()
      })
    const before = product()
    const large = tf.zeros([40 * 2 ** 20])
    t.deepEqual(product(), before)
    large.dispose()
    t.deepEqual(product(), before)
  })
}
