import test from 'ava'
import { canRedraw } from '../../../src/cli/live-area.ts'
import { LiveTable } from '../../../src/cli/live-table.ts'
import { FakeClock, FakeScreen } from './fake-screen.ts'
import { record } from './records.ts'

const SHAPE = { peers: 2, rounds: 4, mode: 'virtual' } as const

const tableOn = (screen: FakeScreen): { table: LiveTable; clock: FakeClock } => {
  const clock = new FakeClock()
  return { table: new LiveTable(SHAPE, screen, clock), clock }
}

const BAR = '░'.repeat(30)

test('should draw nothing before there is news', (t) => {
  const screen = new FakeScreen()
  const { table, clock } = tableOn(screen)
  clock.pass(1000)
  table.stop()
  t.is(screen.written, '')
})

test('should redraw in place, and leave the stages when it stops', (t) => {
  const screen = new FakeScreen()
  screen.write('$ swarmgrad simulate\n')
  const { table, clock } = tableOn(screen)
  table.show({ stage: 'swarm', done: 0 })
  table.record(record(0, 0))
  clock.pass(200)
  t.is(
    screen.text,
    `$ swarmgrad simulate
swarm  ${BAR}   0 % | 0s | ETA -

peer  round     loss  accuracy      sent  per virtual s  state
   0    1/4     0.50         -    1.0 kB              -  running
   1    0/4        -         -       0 B              -  waiting`
  )
  for (let round = 1; round < 4; round++) table.record(record(0, round, { accuracy: 0.5 }))
  table.show({ stage: 'swarm', done: 0.5 })
  clock.pass(4000)
  t.is(
    screen.text,
    `$ swarmgrad simulate
swarm  ${'█'.repeat(15)}${'░'.repeat(15)}  50 % | 4s | ETA 4s

peer  round     loss  accuracy      sent  per virtual s  state
   0    4/4     0.50    50.0 %    4.0 kB      10.0 kB/s  finished
   1    0/4        -         -       0 B              -  waiting`
  )
  table.show({ stage: 'swarm', done: 1 })
  table.stop()
  screen.write('closing table\n')
  t.is(
    screen.text,
    `$ swarmgrad simulate
swarm  ${'█'.repeat(30)} 100 % | 4s | ETA 0s
closing table`
  )
})

test('should draw five times a second at most, however many records come', (t) => {
  const screen = new FakeScreen()
  const { table, clock } = tableOn(screen)
  let draws = 0
  let length = 0
  for (let step = 0; step < 10_000; step++) {
    clock.pass(0.1)
    table.record(record(step % 2, Math.floor(step / 2500)))
    if (screen.written.length > length) draws++
    length = screen.written.length
  }
  t.true(draws >= 4 && draws <= 6, `${draws} in a second`)
})

test('should show nothing and keep no timer after the stop', (t) => {
  const screen = new FakeScreen()
  const { table, clock } = tableOn(screen)
  table.show({ stage: 'swarm', done: 0.5 })
  t.is(clock.timers, 1)
  table.stop()
  t.is(clock.timers, 0)
  t.is(screen.listenerCount('resize'), 0)
  const before = screen.written
  table.show({ stage: 'swarm', done: 1 })
  table.record(record(0, 0))
  table.stop()
  clock.pass(1000)
  t.is(screen.written, before)
})

test('should follow the size of the screen, and leave no rest of the lines that were folded', (t) => {
  const screen = new FakeScreen(80, 24)
  screen.write('$ swarmgrad\n')
  const { table } = tableOn(screen)
  table.show({ stage: 'swarm', done: 0 })
  screen.resize(45, 24)
  const lines = screen.text.split('\n')
  t.is(lines[0], '$ swarmgrad')
  t.deepEqual(
    lines.slice(2).map((line) => line.trim().split(/ +/)[0]),
    ['', 'peer', '0', '1']
  )
  t.true(lines.every(({ length }) => length < 45))
  screen.resize(120, 24)
  t.is(screen.text.split('\n').length, 6)
  table.stop()
})

test('should use no colour where the terminal has none', (t) => {
  const screen = new FakeScreen()
  const { table, clock } = tableOn(screen)
  for (let round = 0; round < 4; round++) table.record(record(0, round))
  clock.pass(200)
  table.stop()
  t.regex(screen.written, /finished/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  t.notRegex(screen.written, /\u001B\[\d+m/)
})

test('should draw on terminals only, and not on dumb ones nor in continuous integration', (t) => {
  const screen = new FakeScreen()
  t.true(canRedraw(screen, { TERM: 'xterm' }))
  t.true(canRedraw(screen, { CI: 'false' }))
  t.false(canRedraw(screen, { TERM: 'dumb' }))
  t.false(canRedraw(screen, { CI: 'true' }))
  t.false(canRedraw(Object.assign(new FakeScreen(), { isTTY: false }), {}))
})
