import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { openBackend } from '../../../../src/training/tensors/backend.ts'
import { createForm } from '../../../../src/training/tensors/create-form.ts'
import { createTensorEngine } from '../../../../src/training/tensors/tensor-engine.ts'
import { zeros } from '../../../../src/vector/vector.ts'
import { cnnCase, gptCase, mlpCase, replicaOf, resnet20Case } from './cases.ts'
import { meanLoss, reader } from './oracle.ts'

const GPT = { layers: 2, heads: 3, width: 9, context: 5, activation: 'gelu', tied: true } as const

const CASES = [
  mlpCase([]),
  mlpCase([8]),
  mlpCase([7, 5]),
  cnnCase(
    {
      convolutions: [
        { channels: 3, kernel: 5, padding: 'same' },
        { channels: 4, kernel: 5, padding: 'valid' }
      ],
      hidden: [6, 5]
    },
    [15, 12, 2],
    3
  ),
  cnnCase(
    {
      convolutions: [
        { channels: 5, kernel: 3, padding: 'same' },
        { channels: 7, kernel: 3, padding: 'same' }
      ],
      hidden: []
    },
    [9, 10, 1],
    4
  ),
  resnet20Case(8, [6, 5, 3], 4),
  resnet20Case(1, [4, 4, 1], 4),
  gptCase(GPT, 11),
  gptCase({ ...GPT, activation: 'relu' }, 11),
  gptCase({ ...GPT, tied: false }, 11),
  gptCase({ ...GPT, layers: 1, heads: 1, width: 2, context: 1 }, 3)
]

/** Directions that a tensor's gradient is measured along. */
const DIRECTIONS = 2
const STEP = 1e-6

for (const backend of ['wasm', 'cpu'] as const) {
  for (const { title, model, oracle, batch } of CASES) {
    const { layout, places } = model
    const examples = batch.labels.length / places
    const open = async () => {
      await openBackend(backend)
      return createTensorEngine({ layout, places, form: createForm(model) })
    }

    test.serial(`should have the oracle's loss and slopes on ${backend}: ${title}`, async (t) => {
      const engine = await open()
      const replica = replicaOf(model, seeded(1))
      const gradient = zeros(layout.length)
      const loss = await engine.gradient(replica, batch, gradient)
      const lossAt = (p: Float64Array) => meanLoss(oracle, p, batch.x, batch.labels, examples)
      t.true(Math.abs(loss - lossAt(Float64Array.from(replica))) < 5e-6)
      const signs = seeded(2)
      for (const { name, offset, size } of layout.tensors) {
        const own = gradient.subarray(offset, offset + size)
        for (let i = 0; i < DIRECTIONS; i++) {
          // Of random signs: an error e of the gradient shows as about |e|.
          const direction = own.map(() => 2 * signs.integer(2) - 1)
          const at = (step: number): number => {
            const p = Float64Array.from(replica)
            for (let j = 0; j < size; j++) p[offset + j] = p[offset + j]! + step * direction[j]!
            return lossAt(p)
          }
          const slope = (at(STEP) - at(-STEP)) / (2 * STEP)
          const found = own.reduce((sum, value, j) => sum + value * direction[j]!, 0)
          const length = Math.hypot(...own)
          const error = Math.abs(slope - found) / length
          // Some have next to no slope: queries, in a context of one.
          t.true(error < 1e-5 || length * error < 1e-7, `${name}: ${error} of ${length}`)
        }
      }
      engine.dispose()
    })

    test.serial(`should give the oracle's logits on ${backend}: ${title}`, async (t) => {
      const engine = await open()
      const replica = replicaOf(model, seeded(1))
      const [logits] = await engine.logits(replica, [batch])
      const features = batch.x.length / examples
      const expected = Array.from({ length: examples }, (_, i) => {
        const x = Array.from(batch.x.subarray(i * features, (i + 1) * features))
        return oracle(reader(Float64Array.from(replica)), x)
      }).flat(2)
      t.is(logits!.length, expected.length)
      const scale = Math.max(...expected.map(Math.abs))
      for (const [i, value] of expected.entries()) {
        t.true(Math.abs(logits![i]! - value) < 1e-5 * scale, `logit ${i}`)
      }
    })
  }
}
