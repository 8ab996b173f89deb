import type { Connection } from '@libp2p/interface'
import test from 'ava'
import { Standing } from '../../../src/network/door/standing.ts'

const standing = () => new Standing({} as Connection)

test('should answer a few questions at once, and no flood of them', (t) => {
  const one = standing()
  const answered = Array.from({ length: 100 }, () => one.mayAsk(8, 1e9))
  t.deepEqual(
    answered,
    answered.map((_, index) => index < 8)
  )
  t.true(one.mayAsk(9, 1e9), 'what was not answered is not counted')
})

test('should ask once at a time, and again only after a while', async (t) => {
  const one = standing()
  const answer = Promise.withResolvers<'full'>()
  let questions = 0
  const ask = () => {
    questions++
    return answer.promise
  }
  const both = Promise.all([one.asked(1e9, ask), one.asked(1e9, ask)])
  answer.resolve('full')
  t.deepEqual(await both, [false, false])
  t.false(await one.asked(1e9, ask))
  t.is(questions, 1)
  t.is(one.theirs, 'full')
  t.true(await one.asked(0, async () => 'admitted'))
  t.true(await one.asked(0, async () => 'full'), 'who has been admitted stays')
  const other = standing()
  t.false(await other.asked(0, () => Promise.reject(new Error('no such protocol'))))
  t.is(other.theirs, null)
})

test('should tell those who wait what came of it', async (t) => {
  const one = standing()
  const waiting = [one.untilJudged(1e9), one.untilJudged(1e9)]
  one.judge('admitted')
  t.deepEqual(await Promise.all(waiting), [true, true])
  t.true(await one.untilJudged(1e9))
  one.judge('invite-expired')
  t.false(await one.untilJudged(1e9))
  const gone = standing()
  const left = gone.untilJudged(1e9)
  gone.end()
  t.false(await left)
  t.false(await gone.untilJudged(1e9))
})

test('should tell people once', (t) => {
  const one = standing()
  t.true(one.isNews('self', 'full'))
  t.false(one.isNews('self', 'full'))
  t.true(one.isNews('other', 'full'))
  t.true(one.isNews('self', 'banned'))
})
