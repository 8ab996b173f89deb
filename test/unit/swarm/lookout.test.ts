import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { Lookout } from '../../../src/swarm/lookout.ts'

const TURN = 12_000
const HOUR = 60 * 60_000
const names = ['a', 'b', 'c', 'd', 'e']

test('should give turns in order, and let whoever has one keep it', (t) => {
  const lookout = new Lookout()
  t.deepEqual(lookout.turns(names, 2, 0, false), ['a', 'b'])
  t.deepEqual(lookout.turns(names, 2, TURN - 1, false), ['a', 'b'])
  t.deepEqual(lookout.turns(names, 3, TURN - 1, false), ['a', 'b', 'c'])
  t.deepEqual(lookout.turns(names, 2, TURN, false), ['c', 'd'], 'c has begun later')
  t.is(lookout.failures('a'), 1)
  t.is(lookout.failures('c'), 0)
})

test('should double the pause after every turn in vain, up to an hour', (t) => {
  const lookout = new Lookout()
  const begun: number[] = []
  for (let now = 0; now < 24 * HOUR; now += 1000) {
    const had = begun.length > 0 && now < begun.at(-1)! + TURN
    if (lookout.turns(['a'], 1, now, false).length > 0 && !had) begun.push(now)
  }
  const pauses = begun.slice(1).map((at, i) => at - begun[i]! - TURN)
  t.deepEqual(
    pauses.slice(0, 9),
    [30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_600_000, 3_600_000]
  )
})

test('should begin anew with one that has been heard', (t) => {
  const lookout = new Lookout()
  for (let i = 0; i < 5; i++) lookout.turns(['a'], 1, i * TURN, true)
  t.is(lookout.failures('a'), 4)
  t.deepEqual(lookout.turns(['a'], 1, 5 * TURN, false), [])
  lookout.forget('a')
  t.deepEqual(lookout.turns(['a'], 1, 5 * TURN, false), ['a'])
})

test('should give everybody a turn before anybody has a second, with nobody left out for ever', (t) => {
  for (const insist of [false, true]) {
    const lookout = new Lookout()
    const random = seeded(7)
    const many = Array.from({ length: 100 }, (_, i) => `n${i}`)
    const turns = new Map<string, number>()
    let now = 0
    for (let i = 0; i < 2000; i++) {
      for (const name of lookout.turns(many, 3, now, insist)) {
        turns.set(name, (turns.get(name) ?? 0) + 1)
      }
      if (i === 33) t.is(turns.size, 100, 'all have had one')
      now += TURN + random.integer(5000)
    }
    const counts = [...turns.values()]
    t.is(counts.length, 100)
    const mean = counts.reduce((sum, count) => sum + count, 0) / 100
    // Pauses double at moments of their own.
    t.true(Math.min(...counts) >= 0.9 * mean, `${Math.min(...counts)} of ${mean}`)
  }
})

test('should insist where it is told to, whoever should rest', (t) => {
  const lookout = new Lookout()
  for (let turn = 0; turn < 50; turn++) {
    t.is(lookout.turns(names, 3, turn * TURN, true).length, 3, `turn ${turn}`)
  }
  t.deepEqual(lookout.turns(names, 3, 50 * TURN, false), [])
  t.deepEqual(lookout.turns([], 3, 50 * TURN, true), [])
})

test('should remember no more than 4096 names', (t) => {
  const lookout = new Lookout()
  for (let i = 0; i < 10_000; i++) lookout.turns([`n${i}`], 1, i * TURN, false)
  t.is(lookout.failures('n0'), 0)
  t.is(lookout.failures('n9998'), 1)
})
