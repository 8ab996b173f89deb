import test from 'ava'
import { durationFlag } from '../../../src/cli/duration-flag.ts'
import { InvalidInputError } from '../../../src/errors.ts'

test('should read a number and a unit', (t) => {
  t.is(durationFlag('30s', '--expires'), 30_000)
  t.is(durationFlag('5m', '--expires'), 300_000)
  t.is(durationFlag('12h', '--expires'), 43_200_000)
  t.is(durationFlag('7d', '--expires'), 604_800_000)
  t.is(durationFlag('2w', '--expires'), 1_209_600_000)
  t.is(durationFlag('never', '--expires'), null)
})

for (const text of ['', '7', 'd', '0d', '-1d', '1.5d', '7 d', '1y', '9999999s']) {
  test(`should refuse '${text}'`, (t) => {
    const message = `--expires: must be a number and one of s, m, h, d, w, or never; is '${text}' (write it like --expires 7d)`
    t.throws(() => durationFlag(text, '--expires'), { instanceOf: InvalidInputError, message })
  })
}
