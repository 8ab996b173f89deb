import test from 'ava'
import { recommend } from '../../../../src/report/strategies/recommend.ts'
import { type Cell, CHURN, FAST, facts, LOSS, strategy } from './comparisons.ts'

const words = (sentences: readonly string[]): string => sentences.join(' ')

const RING: Cell = {
  quality: [0.97, 0.971, 0.969],
  bytes: [900e6, 910e6, 890e6],
  seconds: [8, 8.1, 7.9]
}
/** Half a point less, a thousandth of the bytes, twice the time. */
const SPARSE: Cell = {
  quality: [0.965, 0.966, 0.964],
  bytes: [0.9e6, 0.91e6, 0.89e6],
  seconds: [16, 16.1, 15.9]
}

test('should let bytes decide where links are slow, and say what time would choose', (t) => {
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('ring', RING), strategy('sparse', SPARSE)])
  )
  t.is(chosen, 'sparse')
  t.deepEqual(sentences.slice(0, 4), [
    'Take sparse.',
    "Its test accuracy, 96.5 ± 0.2 %, is as good as ring's 97.0 ± 0.2 %, the best, but for 0.5 ± 0.0 points.",
    'Links are slow for this model (sending it once takes 65 ms, computing a round 40 ms), so bytes decide: it reaches 96.0 % after 900.0 kB sent by each peer, ring after 900.0 MB sent by each peer, 1000 times as much.',
    'Where time matters more, take ring: 8.0 s instead of 16.0 s.'
  ])
})

test('should let time decide where links are fast', (t) => {
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('ring', RING), strategy('sparse', SPARSE)], { pace: FAST })
  )
  t.is(chosen, 'ring')
  t.true(words(sentences).includes('Links are fast for this model'))
  t.true(words(sentences).includes('it reaches 96.0 % after 8.0 s, sparse after 16.0 s, 2.0 times'))
  t.true(words(sentences).includes('Where bytes matter more, take sparse: 900.0 kB sent'))
})

test('should let time decide between processes of one machine', (t) => {
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('ring', RING), strategy('sparse', SPARSE)], { mode: 'live', pace: null })
  )
  t.is(chosen, 'ring')
  t.true(words(sentences).includes('Between processes of one machine bytes cost nothing'))
})

test('should not take what is cheap but more than a point behind', (t) => {
  const poor = { ...SPARSE, quality: [0.955, 0.956, 0.954] }
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('ring', RING), strategy('sparse', poor)])
  )
  t.is(chosen, 'ring')
  t.true(sentences.includes('No other is within reach of that accuracy.'))
  t.true(sentences.includes('sparse is 1.5 points behind ring.'))
})

test('should say so where the error bars leave it open which is better', (t) => {
  const a: Cell = { quality: [0.97, 0.972, 0.968] }
  const b: Cell = { quality: [0.971, 0.967, 0.97], bytes: [5e6, 5e6, 5e6], seconds: [5, 5, 5] }
  const { strategy: chosen, sentences } = recommend(facts([strategy('a', a), strategy('b', b)]))
  t.is(chosen, 'a')
  t.is(
    sentences[1],
    'Its test accuracy, 97.0 ± 0.5 %, is the best; b cannot be told from it by 3 seeds.'
  )
})

test('should let time decide where bytes cannot', (t) => {
  const a: Cell = { quality: [0.97, 0.97, 0.97], bytes: [1e6, 3e6, 2e6], seconds: [20, 20, 20] }
  const b: Cell = { quality: [0.97, 0.97, 0.97], bytes: [3e6, 1e6, 2.6e6], seconds: [10, 10, 10] }
  const { strategy: chosen, sentences } = recommend(facts([strategy('a', a), strategy('b', b)]))
  t.is(chosen, 'b')
  t.true(words(sentences).includes('as does a, within the error bars; 10.0 s then decides.'))
})

test('should name what is better in nothing', (t) => {
  const heavy = { quality: [0.96, 0.961, 0.959], bytes: [1e9, 1e9, 1e9], seconds: [30, 30, 30] }
  const { sentences } = recommend(
    facts([strategy('ring', RING), strategy('sparse', SPARSE), strategy('heavy', heavy)])
  )
  t.true(sentences.includes('heavy is better in nothing: not in accuracy, bytes or time.'))
})

test('should not call a few wild seeds a proof', (t) => {
  const wild: Cell = { quality: [0.97, 0.4, 0.97], bytes: [1e3, null, 1e3], seconds: [1, null, 1] }
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('ring', RING), strategy('wild', wild)])
  )
  t.is(chosen, 'ring')
  t.true(
    sentences.includes('wild is 19.0 points behind ring, though so few seeds do not prove it.')
  )
})

test('should not recommend what has failed, and say that it has', (t) => {
  const broken: Cell = { quality: [0.99, null, 0.99] }
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('ring', RING), strategy('broken', broken)])
  )
  t.is(chosen, 'ring')
  t.true(sentences.includes('Not finished with every seed, and so no choice: broken.'))
})

test('should recommend nothing where nothing has finished', (t) => {
  const broken: Cell = { quality: [null] }
  t.deepEqual(recommend(facts([strategy('broken', broken)])), {
    strategy: null,
    sentences: ['No strategy has finished all of its runs: there is nothing to recommend.']
  })
})

test('should say what loss and churn take, and who stands them better', (t) => {
  const bad: Cell = { quality: [0.9, 0.9, 0.9] }
  const good: Cell = { quality: [0.965, 0.965, 0.965] }
  const fragile = strategy('sparse', SPARSE, [
    [LOSS, good],
    [CHURN, bad]
  ])
  const firm = strategy('ring', RING, [
    [LOSS, good],
    [CHURN, good]
  ])
  const told = words(recommend(facts([firm, fragile])).sentences)
  t.true(told.includes('With peers that come and go it loses 6.5 points; ring holds out better.'))
  const steady = words(recommend(facts([firm])).sentences)
  t.true(steady.includes('With 1 % of the frames lost and peers that come and go it is as good.'))
})

test('should call a failure under churn a failure', (t) => {
  const dead: Cell = { quality: [null, 0.96, null] }
  const { sentences } = recommend(facts([strategy('sparse', SPARSE, [[CHURN, dead]])]))
  t.true(sentences.includes('With peers that come and go it fails in 2 of 3 runs.'))
})

test('should warn that one seed proves little', (t) => {
  const one = (quality: number): Cell => ({ quality: [quality] })
  const { sentences } = recommend(facts([strategy('a', one(0.97)), strategy('b', one(0.968))]))
  t.is(
    sentences[1],
    'Its test accuracy, 97.0 %, is the best; b cannot be told from it by one seed.'
  )
  t.is(sentences.at(-1), 'One seed: small differences may be chance. --seeds 3 gives error bars.')
})

test('should take the least loss for the best where there is no accuracy', (t) => {
  const low: Cell = { quality: [1.5, 1.51, 1.49], bytes: [9e6, 9e6, 9e6] }
  const high: Cell = { quality: [1.7, 1.71, 1.69], bytes: [1e6, 1e6, 1e6] }
  const { strategy: chosen, sentences } = recommend(
    facts([strategy('high', high), strategy('low', low)], { measure: 'loss', goal: 1.575 })
  )
  t.is(chosen, 'low')
  t.is(sentences[1], 'Its test loss, 1.50 ± 0.02, is the best.')
  t.true(sentences.includes('high is 0.200 behind low.'))
})

test('should depend on nothing but the figures', (t) => {
  const table = [strategy('ring', RING), strategy('sparse', SPARSE)]
  t.deepEqual(recommend(facts(table)), recommend(facts(table.toReversed())))
})
