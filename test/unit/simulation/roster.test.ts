import test from 'ava'
import { Roster } from '../../../src/simulation/roster.ts'
import { VirtualClock } from '../../../src/simulation/virtual-clock.ts'

const scene = (discoveryMs = 100, forgetMs = 1000) => {
  const clock = new VirtualClock()
  /** `members at time`, whenever they change. */
  const seen: string[] = []
  const roster: Roster = new Roster(clock, { discoveryMs, forgetMs }, () =>
    seen.push(`${roster.members.join(' ')} at ${clock.now}`)
  )
  const at = (moment: number, run: () => void): void => clock.after(moment - clock.now, run)
  const finish = (): string[] => {
    while (clock.step());
    return seen
  }
  return { roster, at, finish }
}

test('should know those who begin together, sorted, without any news', (t) => {
  const { roster, finish } = scene()
  roster.begin(['c', 'a', 'b'])
  t.deepEqual(roster.members, ['a', 'b', 'c'])
  t.deepEqual(finish(), [])
})

test('should learn of a coming and of a goodbye after the discovery, of silence after long', (t) => {
  const { roster, at, finish } = scene()
  roster.begin(['a', 'c'])
  at(10, () => roster.came('b'))
  at(20, () => roster.left('a'))
  at(30, () => roster.vanished('c'))
  t.deepEqual(finish(), ['a b c at 110', 'b c at 120', 'b at 1030'])
})

test('should not notice a peer that is back before its absence was', (t) => {
  const { roster, at, finish } = scene()
  roster.begin(['a', 'b'])
  at(0, () => roster.vanished('b'))
  at(900, () => roster.came('b'))
  at(2000, () => roster.left('b'))
  at(2050, () => roster.came('b'))
  t.deepEqual(finish(), [])
  t.deepEqual(roster.members, ['a', 'b'])
})

test('should not take in a peer that has gone again before it was known', (t) => {
  const { roster, at, finish } = scene()
  roster.begin(['a'])
  at(0, () => roster.came('b'))
  at(50, () => roster.left('b'))
  t.deepEqual(finish(), [])
  t.deepEqual(roster.members, ['a'])
})

test('should believe the latest news, though older ones come after them', (t) => {
  const { roster, at, finish } = scene(100, 1000)
  roster.begin(['a', 'b'])
  // The silence would be noticed at 1000: b has said goodbye meanwhile, and come again.
  at(0, () => roster.vanished('b'))
  at(200, () => roster.left('b'))
  at(500, () => roster.came('b'))
  t.deepEqual(finish(), ['a at 300', 'a b at 600'])
})

test('should give a new list whenever it changes, and not change one it has given', (t) => {
  const { roster, at, finish } = scene()
  roster.begin(['a', 'b'])
  const before = roster.members
  at(0, () => roster.came('c'))
  finish()
  t.deepEqual(before, ['a', 'b'])
  t.not(roster.members, before)
})

test('should agree with a list kept by hand, for any comings and goings', (t) => {
  for (let seed = 0; seed < 20; seed++) {
    // A linear congruential sequence is random enough to shuffle a calendar.
    let state = seed + 1
    const draw = (bound: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31
      return Math.floor((state / 2 ** 31) * bound)
    }
    const { roster, at, finish } = scene(70, 410)
    const names = ['a', 'b', 'c', 'd']
    roster.begin(names)
    const news: Array<{ at: number; name: string; member: boolean; due: number }> = []
    for (let i = 0; i < 40; i++) {
      const moment = 25 * i
      const name = names[draw(4)]!
      const what = (['came', 'left', 'vanished'] as const)[draw(3)]!
      news.push({
        at: moment,
        name,
        member: what === 'came',
        due: moment + (what === 'vanished' ? 410 : 70)
      })
      at(moment, () => roster[what](name))
    }
    finish()
    // Of every peer only the last news count that nothing came after while they were on their way.
    const expected = names.filter((name) => {
      const mine = news.filter((one) => one.name === name)
      const arrived = mine.filter((one, i) => (mine[i + 1]?.at ?? Infinity) >= one.due)
      return arrived.at(-1)?.member ?? true
    })
    t.deepEqual(roster.members, expected, `seed ${seed}`)
  }
})
