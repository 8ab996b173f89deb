import test from 'ava'
import { bytesOf, numbersOf } from '../../../src/cli/symbols.ts'
import { InvalidInputError } from '../../../src/errors.ts'

const SYMBOLS = ['\n', ' ', 'a', 'ä', '🌊']

test('should number characters as the text does, and give them back', (t) => {
  const numbers = numbersOf('a ä🌊\n', SYMBOLS)
  t.deepEqual(numbers, [2, 1, 3, 4, 0])
  t.is(Buffer.concat(numbers.map((number) => bytesOf(number, SYMBOLS))).toString(), 'a ä🌊\n')
})

test('should take the bytes of any prompt where the model has bytes', (t) => {
  t.deepEqual(numbersOf('ä', null), [0xc3, 0xa4])
  t.deepEqual([...bytesOf(0xc3, null)], [0xc3])
})

test('should name every character that the text lacks, once', (t) => {
  const error = t.throws(() => numbersOf('aBaB?', SYMBOLS), { instanceOf: InvalidInputError })
  t.regex(error!.message, /--prompt: has "B", "\?", which the text does not have/)
})

test('should not name more than ten', (t) => {
  const prompt = 'BCDEFGHIJKLM'
  const error = t.throws(() => numbersOf(prompt, SYMBOLS), { instanceOf: InvalidInputError })
  t.regex(error!.message, /"K" and 2 more, which/)
})

test('should refuse an empty prompt', (t) => {
  t.throws(() => numbersOf('', SYMBOLS), { instanceOf: InvalidInputError })
  t.throws(() => numbersOf('', null), { instanceOf: InvalidInputError })
})
