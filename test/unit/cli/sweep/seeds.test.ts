import test from 'ava'
import { parseSeeds } from '../../../../src/cli/sweep/seeds.ts'

test('should take one number for a count and several for the seeds themselves', (t) => {
  t.deepEqual(parseSeeds('3'), [1, 2, 3])
  t.deepEqual(parseSeeds('1,2,5'), [1, 2, 5])
  t.deepEqual(parseSeeds(' 9 , 0 '), [9, 0])
  t.is(parseSeeds('10000').length, 10_000)
})

test('should refuse what is neither', (t) => {
  for (const text of [
    '',
    '0',
    '-1',
    '1.5',
    'x',
    '10001',
    '1e3',
    '1,',
    '1,x',
    '1,1',
    '1,2.5',
    '1,-2'
  ]) {
    t.throws(() => parseSeeds(text), { name: 'InvalidInputError', message: /^--seeds: / }, text)
  }
  t.throws(() => parseSeeds(`1,${2 ** 53}`), { name: 'InvalidInputError' })
})
