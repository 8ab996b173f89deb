import test from 'ava'
import { shareOf } from '../../../src/consensus/partners.ts'
import type { Path } from '../../../src/network/path.ts'
import { NeighbourChoice } from '../../../src/peer/neighbour-choice.ts'

const NAMES = Array.from({ length: 12 }, (_, i) => `peer${String(i).padStart(2, '0')}`)
const MEMBERS = [...NAMES, 'self']

const choiceOf = (paths: Readonly<Record<string, Path>> = {}) => {
  const clock = { now: 0 }
  const choice = new NeighbourChoice({
    network: { self: 'self', path: (peer) => paths[peer] ?? null },
    manifestHash: 'hash',
    mutual: false,
    now: () => clock.now
  })
  return { choice, clock }
}

const path = (address: string, kind: Path['kind'] = 'direct', rttMs = 10): Path => ({
  kind,
  address,
  quota: null,
  rttMs
})

test('should want no more of one range than its share, by what peers say of themselves', (t) => {
  const { choice } = choiceOf()
  const ofOne = NAMES.slice(0, 6)
  for (const [i, peer] of NAMES.entries()) {
    const host = ofOne.includes(peer) ? `8.8.8.${i}` : `9.9.${i}.1`
    choice.announced(peer, [`/ip4/${host}/tcp/4001/p2p/${peer}`])
  }
  const chosen = choice.choose(NAMES.slice(0, 6), MEMBERS)
  t.is(chosen.filter((peer) => ofOne.includes(peer)).length, shareOf(6))
  t.true(chosen.length >= 6)
})

for (const host of ['127.0.0.1', '192.168.1.7', '10.1.2.3']) {
  test(`should hold nobody's being at ${host} against it`, (t) => {
    const { choice } = choiceOf()
    for (const peer of NAMES) choice.announced(peer, [`/ip4/${host}/tcp/4001/p2p/${peer}`])
    t.deepEqual(choice.choose(NAMES.slice(0, 6), MEMBERS), NAMES.slice(0, 6))
  })
}

test('should believe where a neighbour is seen, not where it says that it is', (t) => {
  const paths = Object.fromEntries(NAMES.map((peer) => [peer, path('/ip4/8.8.8.1/tcp/1')]))
  const { choice } = choiceOf(paths)
  for (const [i, peer] of NAMES.entries()) {
    choice.announced(peer, [`/ip4/9.9.${i}.1/tcp/4001/p2p/${peer}`])
  }
  for (const peer of NAMES.slice(0, 6)) choice.link(peer, 'up')
  const chosen = choice.choose(NAMES.slice(0, 6), MEMBERS)
  t.is(chosen.filter((peer) => NAMES.slice(0, 6).includes(peer)).length, shareOf(6))
})

test('should take whoever is reached directly and quickly instead of one that is gone', (t) => {
  const { choice, clock } = choiceOf()
  const circuit = '/ip4/8.8.8.8/tcp/1/p2p/relay/p2p-circuit'
  for (const peer of NAMES) choice.announced(peer, [circuit])
  choice.announced(NAMES[7]!, [circuit, '/ip4/9.9.9.9/tcp/1'])
  choice.choose([NAMES[0]!], MEMBERS)
  clock.now = 20_000
  t.true(choice.choose([NAMES[0]!], MEMBERS).includes(NAMES[7]!))
})

test('should give up one that refuses sooner than one that is silent', (t) => {
  const { choice, clock } = choiceOf()
  choice.choose([NAMES[0]!], MEMBERS)
  for (let n = 0; n < 3; n++) choice.failed(NAMES[0]!)
  clock.now = 5_000
  t.false(choice.choose([NAMES[0]!], MEMBERS).includes(NAMES[0]!))
})
