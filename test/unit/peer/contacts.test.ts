import test from 'ava'
import type { Presence } from '../../../src/network/presence.ts'
import { type Configured, Contacts } from '../../../src/peer/contacts.ts'
import type { KnownPeer } from '../../../src/storage/peer-book-file.ts'
import type { Role } from '../../../src/swarm/role.ts'

const SILENCE = 5 * 60_000
const at = (peer: string, host = peer): string => `/dns/${host}/tcp/1/p2p/${peer}`
const presence = (role: Role = 'trainer', addresses: string[] = [], leaving = false): Presence => ({
  round: 1,
  loss: null,
  role,
  leaving,
  links: [],
  replica: null,
  final: null,
  addresses
})

interface Options extends Partial<Configured> {
  readonly known?: readonly KnownPeer[]
  readonly role?: Role
}

const scene = ({ known = [], role = 'trainer', peers = [], bootstrap = [] }: Options = {}) => {
  const introduced = new Map<string, readonly string[]>()
  const heard: string[] = []
  const worked: Array<readonly [string, string]> = []
  const contacts = new Contacts(
    {
      self: 'me',
      role,
      book: {
        heard: (name) => heard.push(name),
        known: () => known,
        candidates: () => known,
        roles: new Map(known.map(({ name, role }) => [name, role])),
        addresses: (name) => known.find((peer) => peer.name === name)?.addresses ?? [],
        worked: (name, address) => worked.push([name, address])
      },
      introduce: (peer, addresses) => introduced.set(peer, addresses)
    },
    { peers, bootstrap }
  )
  return { contacts, introduced, heard, worked }
}

const knownPeer = (name: string, role: Role = 'trainer'): KnownPeer => ({
  name,
  role,
  swarm: '0'.repeat(16),
  addresses: [`/dns/old-${name}/tcp/1`],
  seen: 0
})

test('should begin with what its operator and earlier days say', (t) => {
  const { contacts, introduced } = scene({
    peers: [at('a'), at('me'), at('a', 'other')],
    bootstrap: [at('b')],
    known: [knownPeer('a'), knownPeer('c')]
  })
  t.deepEqual(contacts.members, { others: ['a'], trainers: 2 })
  t.deepEqual(introduced.get('a'), [at('a'), at('a', 'other'), '/dns/old-a/tcp/1'])
  t.deepEqual(introduced.get('b'), [at('b')])
  t.deepEqual(introduced.get('c'), ['/dns/old-c/tcp/1'])
  t.true(contacts.alone)
})

test('should count itself where it trains', (t) => {
  for (const role of ['observer', 'bootstrap'] as const) {
    t.deepEqual(scene({ role, peers: [at('a')] }).contacts.members, { others: ['a'], trainers: 1 })
  }
})

test('should take in who is heard, where it says it is and where its operator says', (t) => {
  const { contacts, introduced, heard } = scene({ peers: [at('a')] })
  t.true(contacts.presence('c', presence('observer', ['/dns/c/tcp/1']), 0))
  t.false(contacts.presence('a', presence('trainer', ['/dns/new-a/tcp/1']), 0))
  t.false(contacts.presence('me', presence(), 0))
  t.deepEqual(contacts.members, { others: ['a', 'c'], trainers: 2 })
  t.deepEqual(introduced.get('c'), ['/dns/c/tcp/1'])
  t.deepEqual(introduced.get('a'), [at('a'), '/dns/new-a/tcp/1'])
  t.deepEqual(heard, ['c', 'a'])
})

test('should let go who says goodbye or falls silent', (t) => {
  const { contacts } = scene({ peers: [at('a')] })
  for (const peer of ['a', 'b', 'c']) contacts.presence(peer, presence(), 0)
  t.true(contacts.presence('b', presence('trainer', [], true), 1))
  t.false(contacts.presence('a', presence('trainer', [], true), 1))
  t.deepEqual(contacts.members.others, ['a', 'c'])
  t.true(contacts.expire(SILENCE))
  t.deepEqual(contacts.members.others, ['a'])
})

test('should take other addresses while it runs', (t) => {
  const { contacts, introduced } = scene({ peers: [at('a')], bootstrap: [at('b')] })
  t.true(contacts.configure({ peers: [at('c')], bootstrap: [at('d')] }))
  t.deepEqual(contacts.members.others, ['c'])
  t.deepEqual(introduced.get('d'), [at('d')])
  t.deepEqual(contacts.toMeet(0), ['d', 'c'])
  contacts.presence('a', presence('trainer', ['/dns/a/tcp/2']), 0)
  t.deepEqual(introduced.get('a'), ['/dns/a/tcp/2'], 'its operator says nothing of it any more')
})

/** A turn, and how often the peer sees to it. */
const TURN = 15_000

test('should look for all it knows in turn while it is alone, sixteen at a time', (t) => {
  const known = Array.from({ length: 34 }, (_, i) => knownPeer(`k${i + 10}`))
  const { contacts } = scene({ known, peers: [at('a')], bootstrap: [at('b')] })
  const all = ['a', ...known.map(({ name }) => name)]
  t.deepEqual(contacts.toMeet(0), contacts.toMeet(1), 'each has its turn to the end')
  const met = [0, 1, 2].map((turn) => contacts.toMeet(turn * TURN))
  for (const names of met) {
    t.is(names[0], 'b')
    t.is(names.length, 17)
  }
  // 48 places for 35 peers: those that have waited longest go on.
  const sought = met.flatMap((names) => names.slice(1))
  t.deepEqual(sought, [...all, ...all.slice(0, 13)])
})

test('should look for one at a time in a swarm, so that two halves find each other', (t) => {
  const known = ['k1', 'k2', 'k3'].map((name) => knownPeer(name))
  const { contacts } = scene({ known })
  contacts.presence('k1', presence(), 0)
  t.deepEqual(contacts.toMeet(0), ['k2'])
  t.deepEqual(contacts.toMeet(TURN), ['k3'])
  t.deepEqual(contacts.toMeet(2 * TURN), [], 'both rest for a while')
  t.deepEqual(contacts.toMeet(4 * TURN), ['k2'])
  contacts.presence('k2', presence(), 0)
  contacts.presence('k3', presence(), 0)
  t.deepEqual(contacts.toMeet(8 * TURN), [])
  t.true(contacts.presence('k2', presence('trainer', [], true), 0))
  t.deepEqual(contacts.toMeet(9 * TURN), ['k2'], 'nobody is forgotten')
})

test('should meet who is found, and believe nobody before it is heard', (t) => {
  const { contacts, introduced } = scene({ known: [knownPeer('k')] })
  t.true(contacts.found('f', ['/ip4/192.0.2.1/tcp/1'], 'dht'))
  t.false(contacts.found('f', ['/ip4/192.0.2.1/tcp/1'], 'mdns'), 'nothing new')
  t.false(contacts.found('me', ['/ip4/192.0.2.1/tcp/1'], 'dht'))
  t.false(contacts.found('g', ['192.0.2.1', '/ip4/\n', '/'], 'dht'), 'no address')
  t.deepEqual(contacts.members.others, [])
  t.deepEqual(contacts.known, [])
  t.deepEqual(introduced.get('f'), ['/ip4/192.0.2.1/tcp/1'])
  t.deepEqual(contacts.toMeet(0), ['f', 'k'])
  contacts.presence('f', presence('trainer', ['/dns/f/tcp/1']), 0)
  t.deepEqual(contacts.members.others, ['f'])
  t.deepEqual(introduced.get('f'), ['/dns/f/tcp/1'])
  t.false(contacts.found('f', ['/ip4/192.0.2.66/tcp/1'], 'dht'), 'it speaks for itself')
})

test('should not let hearsay come before what is known of a peer', (t) => {
  const { contacts, introduced } = scene({ peers: [at('a')], known: [knownPeer('k')] })
  t.true(contacts.found('a', ['/ip4/192.0.2.66/tcp/1'], 'dht'))
  t.true(contacts.found('k', ['/ip4/192.0.2.66/tcp/1'], 'dht'))
  t.deepEqual(introduced.get('a'), [at('a'), '/ip4/192.0.2.66/tcp/1'])
  t.deepEqual(introduced.get('k'), ['/dns/old-k/tcp/1', '/ip4/192.0.2.66/tcp/1'])
  for (let i = 0; i < 10; i++) contacts.found('k', [`/ip4/192.0.2.${i}/tcp/1`], 'dht')
  t.is(introduced.get('k')?.length, 5)
})

test('should hold out against a liar that names thousands', (t) => {
  const { contacts, introduced } = scene({ known: [knownPeer('k')] })
  contacts.presence('k', presence(), 0)
  for (let i = 0; i < 5000; i++) contacts.found(`liar${i}`, [`/ip4/192.0.2.66/tcp/${i}`], 'dht')
  t.is(introduced.size, 65, 'k, and 64 of them')
  t.true(contacts.found('lan', ['/ip4/10.0.0.1/tcp/1'], 'mdns'), 'another source has its own room')
  t.deepEqual(contacts.toMeet(0), ['lan', 'liar0', 'liar1', 'liar2'])
  t.false(contacts.found('honest', ['/ip4/192.0.2.5/tcp/1'], 'dht'))
  contacts.toMeet(TURN)
  t.true(contacts.found('honest', ['/ip4/192.0.2.5/tcp/1'], 'dht'), 'lies found out make room')
})

test('should remember the address that worked, and no other', (t) => {
  const { contacts, worked } = scene({ peers: [at('a')], known: [knownPeer('k')] })
  contacts.found('f', ['/ip4/192.0.2.1/tcp/1'], 'dht')
  contacts.reached('k', '/dns/old-k/tcp/1/p2p/k')
  contacts.reached('a', '/dns/a/tcp/1')
  contacts.reached('f', '/ip4/192.0.2.1/tcp/1/p2p/f')
  contacts.reached('k', '/ip4/192.0.2.9/tcp/50123/p2p/k')
  t.deepEqual(worked, [
    ['k', '/dns/old-k/tcp/1'],
    ['a', at('a')],
    ['f', '/ip4/192.0.2.1/tcp/1']
  ])
})

test('should count as company who has a replica', (t) => {
  const { contacts } = scene()
  contacts.presence('a', presence('bootstrap'), 0)
  t.is(contacts.company, 0)
  contacts.presence('b', presence('observer'), 0)
  contacts.presence('c', presence(), 0)
  t.is(contacts.company, 2)
})

test('should go on looking while it hears nobody but a bootstrap peer, and keep that', (t) => {
  const { contacts } = scene({ peers: [at('a'), at('c')], known: [knownPeer('d')] })
  contacts.presence('a', presence('bootstrap'), 0)
  t.true(contacts.alone)
  t.deepEqual(contacts.members, { others: ['c'], trainers: 2 })
  t.deepEqual(contacts.known, ['a', 'c'])
  t.deepEqual(contacts.toMeet(0), ['a', 'c', 'd'])
})

test('should know of a configured peer that it was a bootstrap peer', (t) => {
  const { contacts } = scene({ peers: [at('a')], known: [knownPeer('a', 'bootstrap')] })
  t.deepEqual(contacts.members, { others: [], trainers: 1 })
  t.deepEqual(contacts.toMeet(0), ['a'])
})
