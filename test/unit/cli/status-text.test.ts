import test from 'ava'
import { statusText } from '../../../src/cli/status-text.ts'
import { SyntheticSwarm } from '../../helpers/synthetic-swarm.ts'

const textOf = (members: number, prepare: (swarm: SyntheticSwarm) => void = () => {}): string => {
  const swarm = new SyntheticSwarm({ members })
  for (let second = 0; second < 40; second++) swarm.advance()
  prepare(swarm)
  return statusText(swarm.statuses()[0]!)
}

test('the state line should come first, then facts, then the neighbours', (t) => {
  const lines = textOf(9).split('\n')
  t.regex(lines[0]!, /^training with 4 neighbours/)
  t.regex(lines.find((line) => line.startsWith('checkpoint'))!, /round \d+, 21 s ago, 1\.6 MB/)
  const head = lines.findIndex((line) => line.startsWith('member'))
  const links = lines.slice(head + 1).map((line) => line.split(/\s+/)[2])
  t.deepEqual(links.slice(0, 4).sort(), ['direct', 'direct', 'relayed', 'relayed'])
  t.true(links.slice(4).every((link) => link === '-'))
})

test('the round should stand among all, or beside how far the run is', (t) => {
  const swarm = new SyntheticSwarm({ members: 3 })
  const roundOf = (done: number | null): string => {
    const text = statusText({ ...swarm.statuses()[0]!, round: 755, medianRound: 760, done })
    return text.split('\n').find((line) => line.startsWith('round'))!
  }
  t.regex(roundOf(0.63), /^round +755, 63\.0 % of the run is over$/)
  t.regex(roundOf(null), /^round +755 of [\d,]+, median 760$/)
})

test('no line should be wider than a terminal, but for the addressless name', (t) => {
  for (const line of textOf(9).split('\n')) {
    if (!line.startsWith('peer ')) t.true(line.length <= 80, `${line.length}: ${line}`)
  }
})

test('alarms should stand at the top, with their remedies', (t) => {
  const text = textOf(3, (swarm) => {
    swarm.alarms = [
      { name: 'disk-full', severity: 'critical', text: 'It is full', remedy: 'Free it', since: '' }
    ]
  })
  t.is(text.split('\n')[1], 'critical: It is full (disk-full)')
  t.is(text.split('\n')[2], '  Free it')
})

test('a thousand members should be twenty lines and a count; none, a sentence', (t) => {
  const lines = textOf(1000).split('\n')
  t.is(lines.at(-1), 'and 979 others')
  t.true(lines.length < 45)
  t.true(textOf(1).endsWith('no other member is known'))
})
