import test from 'ava'
import { dirichlet, logGamma } from '../../../src/data/dirichlet.ts'
import { seeded } from '../../../src/random.ts'

const DRAWS = 20_000

const moments = (values: readonly number[]): { mean: number; variance: number } => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
  return { mean, variance }
}

/** [alpha, E ln x = digamma(alpha), Var ln x = trigamma(alpha)], Abramowitz and Stegun 6.3 and 6.4. */
const LOG_GAMMA: readonly (readonly [number, number, number])[] = [
  [0.01, -100.5608855, 10001.6212135],
  [0.5, -1.96351003, Math.PI ** 2 / 2],
  [1, -0.57721566, Math.PI ** 2 / 6],
  [10, 2.25175259, 0.10516634]
]

for (const [alpha, mean, variance] of LOG_GAMMA) {
  test(`should draw the logarithm of gamma(${alpha}) with its known mean and variance`, (t) => {
    const random = seeded(3)
    const drawn = moments(Array.from({ length: DRAWS }, () => logGamma(random, alpha)))
    // Four standard errors of the mean; the variance of such tails (kurtosis <= 9) to 8 %: 4 errors.
    t.true(Math.abs(drawn.mean - mean) < 4 * Math.sqrt(variance / DRAWS), `mean ${drawn.mean}`)
    t.true(Math.abs(drawn.variance / variance - 1) < 0.08, `variance ${drawn.variance}`)
  })
}

for (const alpha of [0.1, 1, 5]) {
  test(`should draw shares with the mean and variance of Dirichlet(${alpha})`, (t) => {
    const random = seeded(4)
    const peers = 6
    const first = Array.from({ length: DRAWS }, () => dirichlet(random, alpha, peers)[0]!)
    const drawn = moments(first)
    const variance = ((1 / peers) * (1 - 1 / peers)) / (peers * alpha + 1)
    // Four standard errors of the mean; 6 % of the variance is four of its errors (kurtosis <= 5).
    t.true(Math.abs(drawn.mean - 1 / peers) < 4 * Math.sqrt(variance / DRAWS), `${drawn.mean}`)
    t.true(Math.abs(drawn.variance / variance - 1) < 0.06, `variance ${drawn.variance}`)
  })
}

for (const alpha of [Number.MIN_VALUE, 1e-9, 0.01, 1e6]) {
  test(`should draw finite shares that sum to 1 at alpha ${alpha}`, (t) => {
    const random = seeded(5)
    for (let draw = 0; draw < 200; draw++) {
      const shares = dirichlet(random, alpha, 64)
      t.true(
        shares.every((share) => share >= 0 && share <= 1),
        `draw ${draw}`
      )
      const sum = shares.reduce((a, b) => a + b, 0)
      t.true(Math.abs(sum - 1) < 1e-12, `draw ${draw}: ${sum}`)
    }
  })
}

test('should give everything to one peer, each in its turn, when alpha is tiny', (t) => {
  const random = seeded(6)
  const winners = new Set<number>()
  for (let draw = 0; draw < 100; draw++) {
    const shares = dirichlet(random, 1e-6, 4)
    winners.add(shares.indexOf(Math.max(...shares)))
    t.true(Math.max(...shares) > 1 - 1e-9, `draw ${draw}`)
  }
  t.is(winners.size, 4)
})
