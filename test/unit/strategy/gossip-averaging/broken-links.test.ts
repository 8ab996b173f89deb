/** A lost message delays an edge and never bends the mean. Every place to break a link. */
import test from 'ava'
import { settle } from './ledger.ts'
import { Pair, SCHEDULES } from './pair.ts'

/** Beyond the third exchange of both ends: nothing new comes after. */
const STEPS = 56
const SEEDS = [1, 2]

for (const [name, schedule] of Object.entries(SCHEDULES)) {
  test(`should apply the same exchanges at both ends without a fault: ${name}`, (t) => {
    const pair = new Pair(schedule, 1)
    pair.start()
    t.is(settle(pair), null)
    t.is(pair.swallowed, 0)
    t.is(pair.ends.a.mixes.length, pair.ends.b.mixes.length)
  })

  test(`should apply the same exchanges at both ends wherever the link breaks: ${name}`, (t) => {
    const swallowed = new Set<number>()
    for (const seed of SEEDS) {
      for (let at = 0; at < STEPS; at++) {
        const pair = new Pair(schedule, seed)
        pair.start()
        pair.until(() => false, at)
        pair.break()
        t.is(settle(pair), null, `seed ${seed}, broken after step ${at}`)
        swallowed.add(pair.swallowed)
      }
    }
    // The breaks must have hit different numbers of messages on their way, and not only none.
    t.true(swallowed.size >= 3, `messages swallowed: ${[...swallowed]}`)
  })

  test(`should apply the same exchanges at both ends when the link breaks twice: ${name}`, (t) => {
    for (let first = 0; first < STEPS; first += 3) {
      for (let second = 1; second < 40; second += 3) {
        const pair = new Pair(schedule, 3)
        pair.start()
        pair.until(() => false, first)
        pair.break()
        pair.until(() => false, second)
        pair.break()
        t.is(settle(pair), null, `broken after step ${first} and ${second} later`)
      }
    }
  })
}

test('should apply the same exchanges at both ends when a link breaks at each of its messages', (t) => {
  let messages = 1
  for (let index = 0; index < messages; index++) {
    const pair = new Pair(SCHEDULES['even']!, 5)
    pair.start()
    let seen = 0
    // Breaks in place of the delivery of message `index`.
    for (let steps = 0; steps < STEPS && seen <= index; steps++) {
      const waiting = () =>
        Object.values(pair.ends).reduce(
          (sum, { inbox }) => sum + inbox.control.length + inbox.bulk.length,
          0
        )
      const before = waiting()
      pair.step()
      if (waiting() < before) seen++
      if (seen === index && waiting() > 0) break
    }
    const lost = pair.swallowed
    pair.break()
    t.is(settle(pair), null, `broken at message ${index}`)
    if (seen === index) {
      messages = index + 2
      t.true(pair.swallowed > lost, `the break at message ${index} swallowed nothing`)
    }
  }
  t.true(messages >= 12, `the run had only ${messages} messages`)
})
