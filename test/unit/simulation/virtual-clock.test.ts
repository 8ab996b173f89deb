import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { VirtualClock } from '../../../src/simulation/virtual-clock.ts'

const drain = (clock: VirtualClock): void => {
  while (clock.step());
}

test('should run what is scheduled in the order of its time', (t) => {
  const clock = new VirtualClock()
  const ran: Array<readonly [string, number]> = []
  for (const [name, at] of [
    ['c', 30],
    ['a', 10],
    ['b', 20]
  ] as const) {
    clock.after(at, () => ran.push([name, clock.now]))
  }
  drain(clock)
  t.deepEqual(ran, [
    ['a', 10],
    ['b', 20],
    ['c', 30]
  ])
})

test('should run what is due at the same time in the order in which it was scheduled', (t) => {
  const clock = new VirtualClock()
  const ran: number[] = []
  for (let i = 0; i < 100; i++) clock.after(5, () => ran.push(i))
  drain(clock)
  t.deepEqual(
    ran,
    Array.from({ length: 100 }, (_, i) => i)
  )
})

test('should agree with a stable sort, whatever is scheduled', (t) => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seeded(seed)
    const clock = new VirtualClock()
    const delays = Array.from({ length: 200 }, () => random.integer(20))
    const ran: number[] = []
    for (const [i, delay] of delays.entries()) clock.after(delay, () => ran.push(i))
    drain(clock)
    const expected = delays.map((delay, i) => ({ delay, i })).sort((a, b) => a.delay - b.delay)
    t.deepEqual(
      ran,
      expected.map(({ i }) => i),
      `seed ${seed}`
    )
  }
})

test('should count delays from the moment at which something is scheduled', (t) => {
  const random = seeded(8)
  const clock = new VirtualClock()
  let last = 0
  let ran = 0
  const chain = (left: number): void => {
    const due = clock.now + 1 + random.integer(10)
    clock.after(due - clock.now, () => {
      ran++
      t.is(clock.now, due)
      t.true(clock.now >= last)
      last = clock.now
      if (left > 0) chain(left - 1)
    })
  }
  for (let i = 0; i < 20; i++) chain(20)
  drain(clock)
  t.is(ran, 20 * 21)
})

test('should run what is scheduled without delay at the same time, after what already waits', (t) => {
  const clock = new VirtualClock()
  const ran: string[] = []
  clock.after(1, () => {
    ran.push('first')
    clock.after(0, () => ran.push('third'))
  })
  clock.after(1, () => ran.push('second'))
  drain(clock)
  t.deepEqual(ran, ['first', 'second', 'third'])
  t.is(clock.now, 1)
})

test('should stand still when nothing is left', (t) => {
  const clock = new VirtualClock()
  t.false(clock.step())
  clock.after(7, () => {})
  t.true(clock.step())
  t.false(clock.step())
  t.is(clock.now, 7)
})
