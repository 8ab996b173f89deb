import test from 'ava'
import { neighbourWords, stageOf } from '../../../../src/cli/join/stage.ts'
import type { PeerStatus } from '../../../../src/peer/monitor/status.ts'
import { facts, member } from '../../peer/monitor/facts.ts'

const status = (change: Partial<PeerStatus>): PeerStatus => ({
  ...facts(change),
  line: '',
  healthy: true,
  reason: ''
})

const path = (kind: 'direct' | 'punched' | 'relayed') => ({
  kind,
  address: '/ip4/192.0.2.1/tcp/1',
  quota: null,
  rttMs: null
})

const linked = (kind: 'direct' | 'punched' | 'relayed') =>
  member('one', { link: 'up', path: path(kind) })

const LINKS = { up: 0, wanted: 0, known: 0, noneForSeconds: null }

test('should go through the stages of joining', (t) => {
  const joining = (change: Partial<PeerStatus>) => stageOf(status({ phase: 'joining', ...change }))
  t.is(stageOf(status({ phase: 'starting' })).name, 'data')
  t.deepEqual(joining({}), { name: 'members', text: 'looking for the first one', done: null })
  t.is(joining({ links: { ...LINKS, known: 3 } }).text, '3 known, none linked yet')
  t.deepEqual(joining({ joining: { bytes: 1_000_000, total: 4_000_000 } }), {
    name: 'snapshot',
    text: '1.0 MB of 4.0 MB from the members, checked piece by piece',
    done: 0.25
  })
  const catching = joining({ links: { ...LINKS, up: 1 }, members: [linked('direct')] })
  t.deepEqual(catching, {
    name: 'catching up',
    text: 'with 1 neighbour (1 direct), round 100 of 1,600',
    done: null
  })
})

test('training should say round, figures and how the neighbours are reached', (t) => {
  const members = [linked('direct'), linked('relayed'), linked('punched'), linked('direct')]
  const news = stageOf(
    status({ links: { ...LINKS, up: 4 }, members, loss: 0.31234, accuracy: 0.912, round: 400 })
  )
  t.deepEqual(news, {
    name: 'training',
    text: 'round 400 of 1,600, loss 0.312, accuracy 91.2 %, 4 neighbours (2 direct, 1 punched, 1 relayed)',
    done: 0.25
  })
  t.regex(stageOf(status({})).text, /nobody else is known$/)
  t.regex(
    stageOf(status({ links: { ...LINKS, known: 2 } })).text,
    /none of 2 members can be reached now$/
  )
})

test('a run that does not end with a round should say how far it is', (t) => {
  t.deepEqual(stageOf(status({ round: 755, done: 0.63 })), {
    name: 'training',
    text: 'round 755, nobody else is known',
    done: 0.63
  })
})

test('an end should be told from having left', (t) => {
  const over = status({ phase: 'finished', round: 1700 })
  t.deepEqual(stageOf(over), { name: 'end', text: 'finished: round 1,700 of 1,600', done: 1 })
  t.is(stageOf(status({ phase: 'finished', round: 7 })).done, 1)
  t.is(stageOf(over, true).text, 'left at round 1,700 of 1,600; joining again goes on')
})

test('neighbours without a known way should be counted all the same', (t) => {
  t.is(neighbourWords([member('one', { link: 'up', path: null })]), '1 neighbour')
  t.is(neighbourWords([member('one', { link: 'down' })]), '0 neighbours')
})
