import test from 'ava'
import { Board } from '../../../../src/cli/sweep/board.ts'
import { SweepProgress } from '../../../../src/cli/sweep/sweep-progress.ts'
import { FakeClock, FakeScreen } from '../fake-screen.ts'

test('should reckon what is left by how long finished runs took', (t) => {
  const board = new Board('sweep', 8, 2, 0)
  board.found(2)
  t.is(board.leftMs(0), null)
  board.begin('a', 0)
  board.begin('b', 0)
  board.end('a', false, 10_000)
  board.begin('c', 10_000)
  // Two runs have begun, 12 s and 2 s ago, three are to come: (0 + 8 + 30) / 2 jobs.
  t.is(board.leftMs(12_000), 19_000)
  board.end('b', false, 30_000)
  // The mean is 20 s now; c, begun 20 s ago, is due, and three are to come.
  t.is(board.leftMs(30_000), 30_000)
})

test('should not take runs that failed at once for quick ones', (t) => {
  const board = new Board('sweep', 3, 1, 0)
  board.begin('a', 0)
  board.end('a', true, 10)
  t.is(board.leftMs(10), null)
  t.is(board.summary(60_000), '1 of 3 runs, 1 failed | 1m00s')
})

test('should expect the last run to take as long as the others', (t) => {
  const board = new Board('sweep', 2, 8, 0)
  board.begin('a', 0)
  board.end('a', false, 5000)
  board.begin('b', 5000)
  t.is(board.leftMs(6000), 4000)
  board.end('b', false, 10_000)
  t.is(board.leftMs(10_000), 0)
})

const sweepOn = (screen: FakeScreen, before = 0) => {
  const clock = new FakeClock()
  const shape = { what: 'sweep', runs: 10, jobs: 2 }
  const progress = new SweepProgress(shape, screen, {}, clock)
  progress.found(before)
  return { clock, progress }
}

test('should show what runs below the bar, and failures above it', (t) => {
  const screen = new FakeScreen(80, 24)
  const { clock, progress } = sweepOn(screen)
  progress.begin('1-a-seed1')
  progress.begin('1-a-seed2')
  progress.show('1-a-seed2', { stage: 'swarm', done: 0.456 })
  clock.pass(3000)
  progress.end('1-a-seed1', 'exit code 1\n    boom')
  progress.begin('2-b-seed1')
  clock.pass(2000)
  t.is(
    screen.text,
    `1 of 10: 1-a-seed1 failed after 3s: exit code 1
    boom
sweep  ███${'░'.repeat(27)} 1 of 10 runs, 1 failed | 5s | ETA -
  1-a-seed2: swarm 45 % | 5s
  2-b-seed1: starts | 2s`
  )
  progress.stop()
  t.regex(screen.text, /\nsweep {2}1 of 10 runs, 1 failed \| 5s$/)
})

test('should fit a small screen', (t) => {
  const screen = new FakeScreen(30, 6)
  const { clock, progress } = sweepOn(screen)
  for (let run = 0; run < 8; run++) progress.begin(`${run}-a-rather-long-name-of-a-run-seed${run}`)
  clock.pass(200)
  const lines = screen.text.split('\n')
  t.is(lines.length, 5)
  t.is(lines.at(-1), '  ... and 5 more')
  t.true(lines.every(({ length }) => length < 30))
  progress.stop()
})

test('should print a line for each run where it is no terminal', (t) => {
  const screen = Object.assign(new FakeScreen(), { isTTY: false })
  const { clock, progress } = sweepOn(screen as FakeScreen, 1)
  progress.begin('1-a-seed2')
  progress.begin('2-b-seed1')
  clock.pass(65_000)
  progress.end('1-a-seed2', null)
  progress.end('2-b-seed1', 'SIGKILL\n    \u001B[31mred')
  progress.stop()
  t.is(
    screen.written,
    `1 of 10 runs were finished before
2 of 10: 1-a-seed2 finished after 1m05s
3 of 10: 2-b-seed1 failed after 1m05s: SIGKILL
    \uFFFD[31mred
`
  )
})
