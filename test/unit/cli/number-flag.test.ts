import test from 'ava'
import { numberFlag } from '../../../src/cli/number-flag.ts'
import { InvalidInputError } from '../../../src/errors.ts'

const WHOLE = { flag: '--tokens', least: 1, most: 50, example: '20' }
const ANY = { flag: '--temperature', least: 0, most: 100, whole: false, example: '0.8' }

test('should read numbers', (t) => {
  t.is(numberFlag('1', WHOLE), 1)
  t.is(numberFlag('50', WHOLE), 50)
  t.is(numberFlag('0', ANY), 0)
  t.is(numberFlag('.25', ANY), 0.25)
})

for (const text of ['', ' ', 'x', '0', '51', '1.5', '-1', 'NaN', 'Infinity', '1e400', '2 3']) {
  test(`should refuse '${text}' as a count, and say how it is written`, (t) => {
    const error = t.throws(() => numberFlag(text, WHOLE), { instanceOf: InvalidInputError })
    t.true(error!.message.includes(`--tokens: must be a whole number from 1 to 50, is '${text}'`))
    t.true(error!.message.includes('--tokens 20'))
  })
}

for (const text of ['-0.1', '100.5', 'NaN', '', 'warm']) {
  test(`should refuse '${text}' as a temperature`, (t) => {
    t.throws(() => numberFlag(text, ANY), { instanceOf: InvalidInputError })
  })
}
