import test from 'ava'
import { joinFrame, type ShownStage } from '../../../../src/cli/join/frame.ts'

const plain = (_: string, text: string): string => text

const stage = (change: Partial<ShownStage>): ShownStage => ({
  name: 'training',
  text: 'round 1 of 4',
  done: null,
  over: false,
  elapsedMs: 65_000,
  left: '3m00s',
  ...change
})

test('should show stages that are over, that have an end, and that have none', (t) => {
  const stages = [
    stage({ name: 'data', text: 'read', over: true }),
    stage({ name: 'members', text: 'looking' }),
    stage({ done: 0.5 })
  ]
  const frame = joinFrame(
    { title: 'digits', stages, below: ['below'] },
    { columns: 80, rows: 24 },
    plain
  )
  t.deepEqual(frame.split('\n'), [
    'digits',
    '✔ data        read, 1m05s',
    '▸ members     looking, for 1m05s',
    '▸ training    ███████████████░░░░░░░░░░░░░░░  50 % | 1m05s | ETA 3m00s',
    '              round 1 of 4',
    '  below'
  ])
})

test('no line should be wider than the screen, and no frame higher', (t) => {
  const stages = Array.from({ length: 20 }, () => stage({ text: 'x'.repeat(200), done: 0.1 }))
  const frame = joinFrame(
    { title: 't'.repeat(99), stages, below: ['b'.repeat(99)] },
    { columns: 40, rows: 10 },
    plain
  )
  const lines = frame.split('\n')
  t.is(lines.length, 9)
  for (const line of lines) t.true(line.length < 40, line)
})
