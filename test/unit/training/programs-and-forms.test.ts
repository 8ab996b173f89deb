/** Two implementations that share no code: our programs, and tfjs's operations on its cpu backend. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { type ModelSides, rowSides, textSides } from '../../../src/training/models/model.ts'
import { openBackend } from '../../../src/training/tensors/backend.ts'
import { createForm } from '../../../src/training/tensors/create-form.ts'
import { createTensorEngine } from '../../../src/training/tensors/tensor-engine.ts'
import { openWasmEngine } from '../../../src/training/wasm/wasm-engine.ts'
import { norm, zeros } from '../../../src/vector/vector.ts'
import { builtIn, uniform } from './helpers.ts'

/** A quarter of CIFAR's pixels: tfjs's cpu backend takes seconds for them. */
const RGB = [16, 16, 3] as const
const GREY = [28, 28, 1] as const

const CASES: ReadonlyArray<readonly [object, ModelSides, number]> = [
  [{ name: 'mlp', hidden: [256, 128] }, rowSides(GREY, 10), 16],
  [{ name: 'cnn' }, rowSides(GREY, 10), 4],
  [
    {
      name: 'cnn',
      convolutions: [
        { channels: 16, kernel: 3, padding: 'same' },
        { channels: 32, kernel: 3, padding: 'same' }
      ],
      hidden: []
    },
    rowSides(GREY, 10),
    4
  ],
  [{ name: 'resnet20' }, rowSides(RGB, 10), 2],
  [{ name: 'gpt', layers: 2, width: 32, heads: 4, context: 16 }, textSides(16, 65), 3],
  [
    { name: 'gpt', layers: 2, width: 24, heads: 3, context: 9, activation: 'relu', tied: false },
    textSides(9, 31),
    2
  ]
]

const LIMIT = 1e-5

for (const [config, sides, examples] of CASES) {
  test.serial(
    `should have the same gradients in both engines: ${JSON.stringify(config)}`,
    async (t) => {
      await openBackend('cpu')
      const model = createModel(builtIn(config), sides)
      const { layout, places, features, classes } = model
      const random = seeded(5)
      // Away from the start, where gains are 1, biases 0 and some gradients vanish.
      const away = uniform(seeded(6), layout.length)
      const replica = model.initial(seeded(1)).map((value, i) => value + 0.05 * away[i]!)
      const draw = (count: number, below: number) =>
        Uint8Array.from({ length: count }, () => random.integer(below))
      const batch = {
        x: places > 1 ? draw(examples * features, classes) : uniform(random, examples * features),
        labels: draw(examples * places, classes)
      }
      const [ours, theirs] = [zeros(layout.length), zeros(layout.length)]
      const loss = openWasmEngine(model, examples).gradient(replica, batch, ours)
      const form = createForm(model)
      const engine = createTensorEngine({ layout, places, form })
      const expected = await engine.gradient(replica, batch, theirs)
      engine.dispose()
      t.true(Math.abs(loss / expected - 1) < LIMIT, `${loss} ${expected}`)
      for (const { name, offset, size } of layout.tensors) {
        const [a, b] = [ours, theirs].map((all) => all.subarray(offset, offset + size))
        const error = norm(a!.map((value, i) => value - b![i]!)) / norm(b!)
        t.true(error < LIMIT, `${name}: ${error}`)
      }
    }
  )
}
