import test from 'ava'
import type { Presence } from '../../../../src/network/presence.ts'
import { Agreement, OwnCuts } from '../../../../src/peer/monitor/agreement.ts'
import { Members } from '../../../../src/peer/monitor/members.ts'

const MINUTE = 60_000

const presence = (round: number, change: Partial<Presence> = {}): Presence => ({
  round,
  loss: null,
  role: 'trainer',
  links: [],
  replica: null,
  addresses: [],
  leaving: false,
  final: null,
  ...change
})

const says = (cut: string, hash: string): Partial<Presence> => ({ replica: { cut, hash } })

test('should know who is there, who is linked, and what each has said', (t) => {
  const members = new Members()
  members.keep(['a', 'b'], 0)
  members.presence(
    'a',
    presence(7, { loss: 0.5, links: ['x'], addresses: ['/ip4/1.2.3.4'] }),
    0,
    1000
  )
  members.link('a', true, 1000)
  members.want(['a', 'b'], 1000)
  members.sent('a', 100)
  members.received('a', 10)
  members.sent('nobody', 100)
  t.deepEqual(members.statuses(3000), [
    {
      name: 'a',
      role: 'trainer',
      round: 7,
      loss: 0.5,
      heardSecondsAgo: 2,
      left: false,
      link: 'up',
      path: null,
      refused: null,
      wanted: true,
      links: ['x'],
      agreement: 'unknown',
      addresses: ['/ip4/1.2.3.4'],
      bytesSent: 100,
      bytesReceived: 10
    },
    {
      name: 'b',
      role: 'trainer',
      round: null,
      loss: null,
      heardSecondsAgo: null,
      left: false,
      link: 'down',
      path: null,
      refused: null,
      wanted: true,
      links: [],
      agreement: 'unknown',
      addresses: [],
      bytesSent: 0,
      bytesReceived: 0
    }
  ])
  t.deepEqual([members.linksUp, members.wanted, members.size], [1, 2, 2])
  members.want(['b'], 4000)
  members.link('a', false, 4000)
  members.keep([], 4000)
  t.deepEqual(
    members.statuses(4000).map(({ name }) => name),
    ['b']
  )
})

test('should take the median of the trainers that have been heard of late', (t) => {
  const members = new Members()
  t.is(members.medianAhead(0), null)
  const heard = [5, 900, 7, 7, 100]
  for (const [index, round] of heard.entries()) members.presence(`p${index}`, presence(round), 0, 0)
  t.is(members.medianAhead(MINUTE), 7)
  members.presence('observer', presence(1e6, { role: 'observer' }), 0, 0)
  members.presence('p5', presence(1e6), 0, 0)
  // Of six, the lower one in the middle.
  t.is(members.medianAhead(MINUTE), 7)
  members.presence('p4', presence(200), 0, MINUTE)
  t.is(members.medianAhead(MINUTE + 1), 200)
  members.presence('p4', presence(200, { leaving: true }), 0, MINUTE)
  t.is(members.medianAhead(MINUTE + 1), null)
})

test('should wait longer for a word of many members, who speak less often', (t) => {
  const members = new Members()
  for (let index = 0; index < 1600; index++) members.presence(`p${index}`, presence(3), 0, 0)
  t.is(members.heardLately(600_000), 1600)
  t.is(members.heardLately(600_001), 0)
})

test('should not count those who cannot be a neighbour, or have left', (t) => {
  const members = new Members()
  members.presence('a', presence(0), 0, 0)
  members.presence('b', presence(0, { role: 'bootstrap' }), 0, 0)
  members.presence('c', presence(0, { leaving: true }), 0, 0)
  t.is(members.known('trainer'), 1)
  t.is(members.known('bootstrap'), 2)
})

test('should stay bounded under invented names, and forget no neighbour for them', (t) => {
  const members = new Members()
  members.link('neighbour', true, 0)
  members.want(['wanted'], 0)
  for (let index = 0; index < 10_000; index++) members.presence(`p${index}`, presence(0), 0, index)
  t.is(members.size, 4096)
  const names = new Set(members.statuses(10_000).map(({ name }) => name))
  t.true(names.has('neighbour') && names.has('wanted') && names.has('p9999'))
  t.false(names.has('p0'))
})

test('should compare replicas at the same cut, whoever comes by first', (t) => {
  const members = new Members()
  members.presence('ahead', presence(0, says('c2', 'h2')), 0, 0)
  members.presence('ahead', presence(0, says('c3', 'h3')), 0, 1)
  t.deepEqual(members.agreements(2), { agrees: 0, differs: 0, unknown: 1 })
  members.came({ cut: 'c1', hash: 'h1' }, 3)
  members.presence('behind', presence(0, says('c1', 'other')), 0, 4)
  t.deepEqual(members.agreements(5), { agrees: 0, differs: 1, unknown: 1 })
  members.came({ cut: 'c2', hash: 'h2' }, 6)
  t.deepEqual(members.agreements(7), { agrees: 1, differs: 1, unknown: 0 })
  members.presence('behind', presence(0, says('c2', 'h2')), 0, 8)
  t.deepEqual(members.agreements(9), { agrees: 2, differs: 0, unknown: 0 })
})

test('should let a verdict stand for ten minutes, and no longer', (t) => {
  const own = new OwnCuts()
  own.add({ cut: 'c', hash: 'h' })
  const agreement = new Agreement()
  agreement.heard({ cut: 'c', hash: 'h' }, own, 0)
  // What is said again is no news.
  agreement.heard({ cut: 'c', hash: 'h' }, own, 9 * MINUTE)
  agreement.heard({ cut: 'unknown', hash: 'x' }, own, 9 * MINUTE)
  t.is(agreement.verdict(10 * MINUTE - 1), 'agrees')
  t.is(agreement.verdict(10 * MINUTE), 'unknown')
})

test('should remember 64 cuts of its own, and 8 of a member', (t) => {
  const own = new OwnCuts()
  for (let index = 0; index < 65; index++) own.add({ cut: `c${index}`, hash: `h${index}` })
  t.is(own.hashAt('c0'), null)
  t.is(own.hashAt('c1'), 'h1')
  t.deepEqual(own.latest, { cut: 'c64', hash: 'h64' })
  const none = new OwnCuts()
  const late = new Agreement()
  for (let index = 0; index < 9; index++) late.heard({ cut: `c${index}`, hash: 'h' }, none, 0)
  late.came({ cut: 'c0', hash: 'h' }, 1)
  t.is(late.verdict(1), 'unknown')
  late.came({ cut: 'c1', hash: 'h' }, 1)
  t.is(late.verdict(1), 'agrees')
})
