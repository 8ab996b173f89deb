import test from 'ava'
import type { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { type Model, rowSides } from '../../../src/training/models/model.ts'
import { builtIn } from './helpers.ts'

type Shape = readonly [height: number, width: number, channels: number]

const convolution = (channels: number, kernel: number, padding: 'same' | 'valid') => ({
  channels,
  kernel,
  padding
})

const build = (config: object, shape: Shape, classes = 10): Model =>
  createModel(builtIn(config), rowSides(shape, classes))

const named = ({ layout }: Model): string[] =>
  layout.tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`)

test("should have LeNet-5's 61,706 parameters by default", (t) => {
  const model = build({ name: 'cnn' }, [28, 28, 1])
  t.is(model.layout.length, 61_706)
  t.deepEqual(named(model), [
    'conv0/kernel 5x5x1x6',
    'conv0/bias 6',
    'conv1/kernel 5x5x6x16',
    'conv1/bias 16',
    'dense0/kernel 400x120',
    'dense0/bias 120',
    'dense1/kernel 120x84',
    'dense1/bias 84',
    'dense2/kernel 84x10',
    'dense2/bias 10'
  ])
})

test('should have the convolutions and dense layers that it is asked for', (t) => {
  const convolutions = [
    convolution(16, 3, 'same'),
    convolution(32, 3, 'same'),
    convolution(8, 4, 'valid')
  ]
  const model = build({ name: 'cnn', convolutions, hidden: [] }, [31, 28, 3], 7)
  // 31 x 28 -> 15 x 14 -> 7 x 7 -> 2 x 2
  t.deepEqual(named(model), [
    'conv0/kernel 3x3x3x16',
    'conv0/bias 16',
    'conv1/kernel 3x3x16x32',
    'conv1/bias 32',
    'conv2/kernel 4x4x32x8',
    'conv2/bias 8',
    'dense0/kernel 32x7',
    'dense0/bias 7'
  ])
})

test('should have the 269,722 parameters of twenty layers', (t) => {
  const model = build({ name: 'resnet20' }, [32, 32, 3])
  t.is(model.layout.length, 269_722)
  const names = named(model)
  t.is(names.filter((name) => name.includes('/kernel')).length, 20)
  t.deepEqual(names.slice(0, 9), [
    'conv/kernel 3x3x3x16',
    'norm/gain 16',
    'norm/bias 16',
    'stage0/block0/conv0/kernel 3x3x16x16',
    'stage0/block0/norm0/gain 16',
    'stage0/block0/norm0/bias 16',
    'stage0/block0/conv1/kernel 3x3x16x16',
    'stage0/block0/norm1/gain 16',
    'stage0/block0/norm1/bias 16'
  ])
  t.true(names.includes('stage1/block0/conv0/kernel 3x3x16x32'))
  t.true(names.includes('stage2/block0/conv0/kernel 3x3x32x64'))
  t.deepEqual(names.slice(-2), ['dense/kernel 64x10', 'dense/bias 10'])
})

for (const [config, shape] of [
  [{ name: 'cnn' }, [28, 28, 1]],
  [{ name: 'resnet20' }, [32, 32, 3]]
] as const) {
  test(`${config.name} should start from kernels of variance 2 / fan-in, the last of 1`, (t) => {
    const { layout, initial } = build(config, shape)
    const replica = initial(seeded(3))
    const last = layout.tensors.filter(({ name }) => name.endsWith('/kernel')).at(-1)
    for (const slot of layout.tensors) {
      const { name, offset, size, shape: sides } = slot
      const part = replica.subarray(offset, offset + size)
      const deviation = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / size)
      if (name.endsWith('/kernel')) {
        const expected = Math.sqrt((slot === last ? 1 : 2) / (size / sides.at(-1)!))
        // four standard errors of a sample deviation: 4 / sqrt(2 size)
        t.true(Math.abs(deviation / expected - 1) < 4 / Math.sqrt(2 * size), name)
      } else {
        t.true(
          part.every((value) => value === (name.endsWith('/gain') ? 1 : 0)),
          name
        )
      }
    }
  })
}

for (const [height, width] of [
  [11, 28],
  [28, 11],
  [1, 784]
] as const) {
  test(`should refuse rows of ${height} x ${width}`, (t) => {
    const error = t.throws(() => build({ name: 'cnn' }, [height, width, 1]), {
      name: 'InvalidInputError'
    })
    const [problem] = (error as InvalidInputError).problems
    t.is(problem!.path, 'model.name')
    t.regex(problem!.rule, new RegExp(`at least 12 x 12, .* ${height} x ${width}$`))
  })
}

test('should refuse rows that resnet20 cannot halve twice, such as columns', (t) => {
  for (const shape of [
    [1, 1, 20],
    [3, 28, 1]
  ] as const) {
    const error = t.throws(() => build({ name: 'resnet20' }, shape), { name: 'InvalidInputError' })
    const [found] = (error as InvalidInputError).problems
    t.is(found!.path, 'model.name')
    t.regex(found!.rule, /resnet20 needs rows of at least 4 x 4/)
  }
  t.notThrows(() => build({ name: 'resnet20' }, [4, 4, 1]))
})

test('should refuse more convolutions than any image has room for', (t) => {
  const convolutions = Array.from({ length: 64 }, () => convolution(1, 3, 'same'))
  t.throws(() => build({ name: 'cnn', convolutions }, [28, 28, 1]), { name: 'InvalidInputError' })
})
