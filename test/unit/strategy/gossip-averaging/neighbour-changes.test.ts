/** Edges begin and end while their messages are under way. */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { settle } from './ledger.ts'
import { type Name, Pair, SCHEDULES } from './pair.ts'

const START = 50
const AGAIN = 40

for (const [name, schedule] of Object.entries(SCHEDULES)) {
  test(`should survive one end's change of mind and back, at any moment: ${name}`, (t) => {
    let retired = 0
    for (let off = 0; off < START; off += 2) {
      for (let on = 0; on < AGAIN; on += 3) {
        const pair = new Pair(schedule, 2)
        pair.start()
        pair.until(() => false, off)
        pair.want('a', false)
        pair.until(() => false, on)
        pair.want('a', true)
        t.is(settle(pair), null, `off after step ${off}, on ${on} later`)
        if (new Set(pair.ends.a.mixes.map(({ id }) => id)).size > 1) retired++
      }
    }
    t.true(retired > 10, `only ${retired} runs had a second edge`)
  })

  test(`should survive both ends changing their minds at any moment: ${name}`, (t) => {
    for (let off = 0; off < START; off += 3) {
      for (let gap = 0; gap < 24; gap += 3) {
        const pair = new Pair(schedule, 3)
        pair.start()
        pair.until(() => false, off)
        pair.want('a', false)
        pair.until(() => false, gap)
        pair.want('b', false)
        pair.until(() => false, gap)
        pair.want('a', true)
        pair.until(() => false, gap)
        pair.want('b', true)
        t.is(settle(pair), null, `off after step ${off}, ${gap} between the changes`)
      }
    }
  })
}

const names = Object.keys(SCHEDULES)

/** A run of up to six breaks and changes of mind, all drawn from `seed`; returns what was done. */
const turmoil = (seed: number): { readonly pair: Pair; readonly log: string } => {
  const random = seeded(seed).fork('turmoil')
  const name = names[random.integer(names.length)]!
  const pair = new Pair(SCHEDULES[name]!, seed)
  const log = [`seed ${seed}, ${name}`]
  pair.start()
  for (let harm = 1 + random.integer(6); harm > 0; harm--) {
    const steps = random.integer(20)
    pair.until(() => false, steps)
    const who: Name | null = ([null, 'a', 'b'] as const)[random.integer(3)]!
    log.push(`${steps} steps, ${who ?? 'break'}`)
    if (who === null) pair.break()
    else pair.want(who, !pair.ends[who].wants)
  }
  pair.until(() => false, random.integer(20))
  return { pair, log: log.join('; ') }
}

test('should survive any mixture of broken links and changes of mind', (t) => {
  for (let seed = 0; seed < 2500; seed++) {
    const { pair, log } = turmoil(seed)
    for (const name of ['a', 'b'] as const) if (!pair.ends[name].wants) pair.want(name, true)
    t.is(settle(pair), null, log)
  }
})

test('should let go of the link once neither end wants the other', (t) => {
  for (let seed = 0; seed < 2500; seed++) {
    const { pair, log } = turmoil(seed)
    for (const name of ['a', 'b'] as const) if (pair.ends[name].wants) pair.want(name, false)
    const { a, b } = pair.ends
    t.true(
      pair.until(() => pair.apart, 1500),
      log
    )
    t.is(a.mixes.length, b.mixes.length, log)
  }
})
