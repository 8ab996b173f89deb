import { styleText } from 'node:util'
import test from 'ava'
import { barText, liveTableFrame, stageLines } from '../../../src/cli/live-table-frame.ts'
import type { PeerRow } from '../../../src/cli/live-table-model.ts'
import type { Paint } from '../../../src/cli/paint.ts'
import type { StageView } from '../../../src/cli/stages.ts'

const SHAPE = { peers: 3, rounds: 200, mode: 'virtual' } as const
const PLAIN: Paint = (_, text) => text
const SWARM: StageView = { name: 'swarm', done: 0.453, elapsedMs: 62_000, left: '1m15s' }

const row = (peer: number, fields: Partial<PeerRow> = {}): PeerRow => ({
  peer,
  round: 90 + peer,
  loss: 0.3456,
  accuracy: 0.9345,
  testLoss: 0.4,
  bytesSent: 1_234_567,
  rate: 51_100,
  silentMs: null,
  state: 'running',
  ...fields
})

const ROWS = [
  row(0),
  row(1, { state: 'silent', silentMs: 12_300 }),
  row(2, { round: 0, loss: null, accuracy: null, bytesSent: 0, rate: null, state: 'waiting' })
]

test('should draw the bar by whole thirtieths', (t) => {
  t.is(barText(0), '░'.repeat(30))
  t.is(barText(0.999), `${'█'.repeat(29)}░`)
  t.is(barText(1), '█'.repeat(30))
})

test('should show the stages and a line for each peer', (t) => {
  t.is(
    liveTableFrame(SHAPE, [SWARM], ROWS, { columns: 80, rows: 24 }, PLAIN),
    `swarm  █████████████░░░░░░░░░░░░░░░░░  45 % | 1m02s | ETA 1m15s

peer    round     loss  accuracy      sent  per virtual s  state
   0   90/200     0.35    93.5 %    1.2 MB      51.1 kB/s  running
   1   91/200     0.35    93.5 %    1.2 MB      51.1 kB/s  silent 12s
   2    0/200        -         -       0 B              -  waiting`
  )
})

test('should say that live rates are by the second', (t) => {
  const shape = { ...SHAPE, mode: 'live' } as const
  const text = liveTableFrame(shape, [SWARM], ROWS, { columns: 80, rows: 24 }, PLAIN)
  t.regex(text, / sent {2}per second {2}state\n/)
})

test('should show the test loss of models that have no accuracy', (t) => {
  const rows = [row(0, { accuracy: null, testLoss: 0.00123 })]
  const text = liveTableFrame(SHAPE, [SWARM], rows, { columns: 80, rows: 24 }, PLAIN)
  t.regex(text, /test loss/)
  t.regex(text, / 0\.0012 /)
  t.notRegex(text, /accuracy/)
})

test('should align stages of which several go on at a time', (t) => {
  const lines = stageLines([
    { name: 'swarm', done: 1, elapsedMs: 5000, left: '0s' },
    { name: 'centralised', done: 0.05, elapsedMs: 1000, left: '-' }
  ])
  t.deepEqual(lines, [
    `swarm       ${'█'.repeat(30)} 100 % | 5s | ETA 0s`,
    `centralised █${'░'.repeat(29)}   5 % | 1s | ETA -`
  ])
})

test('should fit every screen, with as many peers as it has room for', (t) => {
  const peers = 1000
  const many = Array.from({ length: peers }, (_, peer) => row(peer, { accuracy: peer / peers }))
  const shape = { ...SHAPE, peers }
  for (const rows of [1, 2, 5, 6, 7, 24, 60]) {
    for (const columns of [10, 40, 60, 80, 200]) {
      const lines = liveTableFrame(shape, [SWARM], many, { columns, rows }, PLAIN).split('\n')
      t.true(lines.length < Math.max(rows, 2), `${lines.length} lines of ${rows}`)
      const longest = Math.max(...lines.map(({ length }) => length))
      // Narrower than this the first columns alone are too wide, and lines are folded.
      if (columns >= 40) t.true(longest < columns, `${longest} columns of ${columns}`)
    }
  }
})

test('should leave out whole columns where the screen is narrow', (t) => {
  const text = liveTableFrame(SHAPE, [SWARM], ROWS, { columns: 50, rows: 24 }, PLAIN)
  t.regex(text, /\npeer {4}round {5}loss {2}accuracy {2}state\n/)
})

test('should say how many peers are not shown, and why the others are', (t) => {
  const many = Array.from({ length: 100 }, (_, peer) => row(peer, { accuracy: peer / 100 }))
  const size = { columns: 100, rows: 14 }
  const text = liveTableFrame({ ...SHAPE, peers: 100 }, [SWARM], many, size, PLAIN)
  const shown = [...text.matchAll(/^ +(\d+) .* (slowest|worst|best)$/gm)].map(([, peer, why]) => [
    Number(peer),
    why
  ])
  t.deepEqual(shown, [
    ...[0, 1, 2].map((peer) => [peer, 'slowest']),
    ...[3, 4, 5].map((peer) => [peer, 'worst']),
    ...[97, 98, 99].map((peer) => [peer, 'best'])
  ])
  t.regex(text, /\n\.\.\. and 91 more$/)
})

test('should colour whole lines, without moving a letter', (t) => {
  const paint: Paint = (colour, text) => styleText(colour, text, { validateStream: false })
  const size = { columns: 80, rows: 24 }
  const coloured = liveTableFrame(SHAPE, [SWARM], ROWS, size, paint)
  t.true(coloured.includes('\u001B[33m   1   91/200'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  t.is(coloured.replace(/\u001B\[\d+m/g, ''), liveTableFrame(SHAPE, [SWARM], ROWS, size, PLAIN))
})
