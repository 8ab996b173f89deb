import test from 'ava'
import { openDataset } from '../../../src/data/index.ts'
import type { InvalidInputError } from '../../../src/errors.ts'

test('should open the glyphs without a path', async (t) => {
  const dataset = await openDataset({ name: 'glyphs', path: null })
  t.is(dataset.name, 'glyphs')
  t.is(dataset.classes, 10)
  t.deepEqual(dataset.shape, [28, 28, 1])
})

test('should ask for the path of a dataset that is read', async (t) => {
  const error = await t.throwsAsync(openDataset({ name: 'mnist', path: null }), {
    name: 'InvalidInputError'
  })
  const { problems } = error as InvalidInputError
  t.deepEqual(
    problems.map(({ path }) => path),
    ['data.path']
  )
  t.regex(problems[0]!.remedy, /--set data\.path=FOLDER/)
})
