import test from 'ava'
import { InvalidInputError } from '../../../../src/errors.ts'
import { BACKENDS } from '../../../bench/training/backends.ts'
import { PARTS, readOptions } from '../../../bench/training/options.ts'

const problemsOf = (...args: string[]): readonly string[] => {
  try {
    readOptions(args)
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems.map(({ path }) => path)
    throw error
  }
  return []
}

test('without arguments everything is measured, without PyTorch', (t) => {
  t.deepEqual(readOptions([]), {
    torch: null,
    json: false,
    models: ['mlp', 'cnn', 'gpt', 'resnet20'],
    backends: BACKENDS,
    parts: PARTS,
    rounds: 7,
    seconds: 1
  })
})

test('lists choose, in the order in which things are measured', (t) => {
  const options = readOptions(['--models', 'cnn,mlp', '--backends=cpu,wasm', '--parts', 'growth'])
  t.deepEqual(options.models, ['mlp', 'cnn'])
  t.deepEqual(options.backends, ['wasm', 'cpu'])
  t.deepEqual(options.parts, ['growth'])
})

test('values are read as they are meant', (t) => {
  const options = readOptions(['--torch', 'python3', '--json', '--rounds', '3', '--seconds', '0.5'])
  t.is(options.torch, 'python3')
  t.true(options.json)
  t.is(options.rounds, 3)
  t.is(options.seconds, 0.5)
})

test('all that is wrong is named together', (t) => {
  t.deepEqual(problemsOf('--models', 'vgg', '--backends', 'metal,', '--rounds', '1.5'), [
    '--models',
    '--backends',
    '--rounds'
  ])
})

for (const value of ['0', '-1', 'NaN', '1e9', '']) {
  test(`${JSON.stringify(value)} seconds are refused`, (t) => {
    t.deepEqual(problemsOf(`--seconds=${value}`), ['--seconds'])
  })
}

for (const args of [['--fast'], ['mlp'], ['--torch']]) {
  test(`the arguments ${args.join(' ')} are refused`, (t) => {
    t.deepEqual(problemsOf(...args), ['bench:training'])
  })
}
