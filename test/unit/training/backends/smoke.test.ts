import test from 'ava'
import { smokeEngine } from '../../../../src/training/backends/smoke/engine.ts'
import {
  type Operations,
  smokeOperations
} from '../../../../src/training/backends/smoke/operations.ts'
import { tensorOperations } from '../../../../src/training/backends/smoke/tensor-operations.ts'
import type { Engine } from '../../../../src/training/engine.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { lossOfSmallCnn } from './small-cnn.ts'

/** In plain loops. */
const loops: Operations = {
  matMul: (a, b, dy, [m, k, n]) => {
    const [product, da, db] = [zeros(m * n), zeros(m * k), zeros(k * n)]
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let l = 0; l < k; l++) {
          product[i * n + j]! += a[i * k + l]! * b[l * n + j]!
          da[i * k + l]! += dy[i * n + j]! * b[l * n + j]!
          db[l * n + j]! += a[i * k + l]! * dy[i * n + j]!
        }
      }
    }
    return [product, da, db]
  },
  conv2d: (x, kernel, dy, [images, rows, columns, ins, outs]) => {
    const [y, dx, dKernel] = [zeros(dy.length), zeros(x.length), zeros(kernel.length)]
    const visit = (image: number, row: number, column: number, i: number, j: number): void => {
      const [fromRow, fromColumn] = [row + i - 1, column + j - 1]
      if (fromRow < 0 || fromRow >= rows || fromColumn < 0 || fromColumn >= columns) return
      for (let c = 0; c < ins; c++) {
        for (let o = 0; o < outs; o++) {
          const from = ((image * rows + fromRow) * columns + fromColumn) * ins + c
          const to = ((image * rows + row) * columns + column) * outs + o
          const tap = ((i * 3 + j) * ins + c) * outs + o
          y[to]! += x[from]! * kernel[tap]!
          dx[from]! += dy[to]! * kernel[tap]!
          dKernel[tap]! += dy[to]! * x[from]!
        }
      }
    }
    for (let place = 0; place < images * rows * columns; place++) {
      const [image, row] = [
        Math.floor(place / (rows * columns)),
        Math.floor(place / columns) % rows
      ]
      for (let tap = 0; tap < 9; tap++) {
        visit(image, row, place % columns, Math.floor(tap / 3), tap % 3)
      }
    }
    return [y, dx, dKernel]
  }
}

test('the known numbers are those of plain loops', async (t) => {
  t.is(await smokeOperations(loops), null)
})

test('tfjs on its cpu backend gives the known numbers', async (t) => {
  await openBackend('cpu')
  t.is(await smokeOperations(tensorOperations), null)
})

test('a wrong element anywhere is found, and named', async (t) => {
  const names = [
    'matmul',
    "matmul's gradient of the left side",
    "matmul's gradient of the right side",
    'conv2d',
    "conv2d's gradient of the images",
    "conv2d's gradient of the kernel"
  ]
  for (const [index, name] of names.entries()) {
    for (const place of [0, -1]) {
      const spoil = (results: readonly [Vector, Vector, Vector]) => {
        const spoilt = results[index % 3]!
        spoilt[place < 0 ? spoilt.length + place : place]! += 100
        return results
      }
      const operations: Operations = {
        matMul: async (...call) => {
          const results = await loops.matMul(...call)
          return index < 3 ? spoil(results) : results
        },
        conv2d: async (...call) => {
          const results = await loops.conv2d(...call)
          return index < 3 ? results : spoil(results)
        }
      }
      t.regex((await smokeOperations(operations)) ?? '', new RegExp(`^wrong numbers: ${name} `))
    }
  }
})

test('numbers that are none are wrong', async (t) => {
  const operations: Operations = {
    ...loops,
    matMul: (a, b, dy) => [dy.fill(Number.NaN), a, b]
  }
  t.regex((await smokeOperations(operations)) ?? '', /^wrong numbers: matmul gives NaN/)
})

test("an engine's known numbers are those of a float64 model", (t) => {
  const { loss, along } = lossOfSmallCnn()
  /** Whose gradient has the known sum, and no more. */
  const engineWith = (shownLoss: number, sum: number): Engine =>
    ({
      gradient: (_replica, _batch, into) => {
        into.fill(0)
        into[0] = sum / -4.5 // the weight of place 0
        return shownLoss
      },
      dispose: () => {}
    }) as Partial<Engine> as Engine
  t.is(
    smokeEngine(() => engineWith(loss, along)),
    null
  )
  t.regex(smokeEngine(() => engineWith(loss, along + 0.1)) ?? '', /gradient of a small cnn/)
  t.regex(smokeEngine(() => engineWith(loss + 0.01, along)) ?? '', /loss of a small cnn/)
})

test('the wasm engine gives the known numbers', (t) => {
  t.is(smokeEngine(openWasmEngine), null)
})
