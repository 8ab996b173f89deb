import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { GammaGuard } from '../../../../src/strategy/gossip-averaging/gamma-guard.ts'

const shiftAfter = (residuals: Iterable<number>, start = 0): number => {
  const guard = new GammaGuard(start)
  for (const residual of residuals) guard.observe(residual)
  return guard.shift
}

const powers = (ratio: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ratio ** i)

test('should not mind growth by a factor of ten, however it comes', (t) => {
  const slow = Array.from({ length: 400 }, (_, i) => 1 + (9 * i) / 400)
  t.is(shiftAfter(slow), 0, 'in small steps')
  t.is(shiftAfter(powers(10 ** (1 / 20), 21)), 0, 'in twenty steps')
  // Slow momentum from rest: a round's movement grows to 1 / (1 - beta) of itself.
  const momentum = Array.from({ length: 200 }, (_, i) => (1 - 0.9 ** (i + 1)) / (1 - 0.9))
  t.is(shiftAfter(momentum), 0, 'as slow momentum does')
  const random = seeded(4)
  const noise = Array.from({ length: 2000 }, () => 1 + 9 * random.next())
  t.is(shiftAfter(noise), 0, 'at random')
})

test('should fire on geometric growth once it is sixteenfold and unbroken', (t) => {
  // Powers of two: 16 is not above sixteenfold, 32 is, and comes after five increases.
  t.is(shiftAfter(powers(2, 5)), 0)
  t.is(shiftAfter(powers(2, 6)), 1)
  // A larger ratio must still be seen four times in a row; the first residual counts as growth from 0.
  t.is(shiftAfter(powers(100, 3)), 0)
  t.is(shiftAfter(powers(100, 4)), 1)
})

test('should not fire on growth that breaks off again and again', (t) => {
  const saw = Array.from({ length: 300 }, (_, i) => [1, 10, 100][i % 3]!)
  t.is(shiftAfter(saw), 0)
})

test('should halve again when growth goes on, and stop at twelve', (t) => {
  // After the first halving at 32, fourfold growth over four residuals: at 32 * 2^4 and so on.
  t.is(shiftAfter(powers(2, 9)), 1)
  t.is(shiftAfter(powers(2, 10)), 2)
  t.is(shiftAfter(powers(2, 400)), 12)
})

test('should begin at the shift it is given', (t) => {
  t.is(shiftAfter([], 3), 3)
  t.is(shiftAfter(powers(2, 6), 3), 4)
  t.is(shiftAfter(powers(2, 6), 12), 12)
})

test('should not fire on residuals of zero', (t) => {
  t.is(shiftAfter(Array.from({ length: 50 }, () => 0)), 0)
})
