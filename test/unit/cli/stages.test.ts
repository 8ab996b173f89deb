import test from 'ava'
import { PlainProgress } from '../../../src/cli/plain-progress.ts'
import { Stages } from '../../../src/cli/stages.ts'
import { FakeClock } from './fake-screen.ts'

test('should tell what is left at the mean pace of the stage', (t) => {
  const stages = new Stages()
  t.true(stages.show({ stage: 'swarm', done: 0 }, 1000))
  t.false(stages.show({ stage: 'swarm', done: 0.25 }, 6000))
  t.deepEqual(stages.views(6000), [{ name: 'swarm', done: 0.25, elapsedMs: 5000, left: '15s' }])
  t.is(stages.view('swarm', 2000).left, '-')
})

test('should end a stage when the next begins, however far it was', (t) => {
  const stages = new Stages()
  stages.show({ stage: 'download', done: 0 }, 0)
  stages.show({ stage: 'download', done: 1.0001 }, 1000)
  stages.show({ stage: 'swarm', done: 0.6 }, 3000)
  stages.show({ stage: 'alone', done: 0.5 }, 6000)
  t.deepEqual(stages.views(11_000), [
    { name: 'download', done: 1, elapsedMs: 3000, left: '0s' },
    { name: 'swarm', done: 0.6, elapsedMs: 3000, left: '-' },
    { name: 'alone', done: 0.5, elapsedMs: 5000, left: '5s' }
  ])
  stages.end(12_000)
  t.deepEqual(stages.view('alone', 20_000), {
    name: 'alone',
    done: 0.5,
    elapsedMs: 6000,
    left: '-'
  })
})

const plain = (): { progress: PlainProgress; lines: string[]; clock: FakeClock } => {
  const lines: string[] = []
  const clock = new FakeClock()
  return {
    progress: new PlainProgress(
      (line) => lines.push(line),
      () => clock.now()
    ),
    lines,
    clock
  }
}

test('should print a line when a stage begins, every ten seconds and when it ends', (t) => {
  const { progress, lines, clock } = plain()
  for (let step = 0; step <= 100; step++) {
    progress.show({ stage: 'swarm', done: step / 100 })
    clock.pass(250)
  }
  progress.show({ stage: 'alone', done: 0 })
  progress.stop()
  t.deepEqual(lines, [
    'swarm: 0 %',
    'swarm: 40 % after 10s, 15s left',
    'swarm: 80 % after 20s, 5s left',
    'swarm: 100 % after 25s',
    'alone: 0 %',
    'alone: 0 % after 0s'
  ])
})

test('should print each beginning and end once, even of stages that take turns', (t) => {
  const { progress, lines, clock } = plain()
  for (const done of [0, 0.5, 1]) {
    progress.show({ stage: 'alone', done })
    progress.show({ stage: 'all-reduce', done: done / 2 })
    clock.pass(1000)
  }
  progress.stop()
  progress.show({ stage: 'all-reduce', done: 1 })
  t.deepEqual(lines, [
    'alone: 0 %',
    'alone: 0 % after 0s',
    'all-reduce: 0 %',
    'all-reduce: 50 % after 3s'
  ])
})
