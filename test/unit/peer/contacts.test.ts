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
  addresses
})

interface Options extends Partial<Configured> {
  readonly known?: readonly KnownPeer[]
  readonly role?: Role
}

const scene = ({ known = [], role = 'trainer', peers = [], bootstrap = [] }: Options = {}) => {
  const introduced = new Map<string, readonly string[]>()
  const heard: string[] = []
  const contacts = new Contacts(
    {
      self: 'me',
      role,
      book: {
        heard: (name) => heard.push(name),
        known: () => known,
        candidates: () => known,
        roles: new Map(known.map(({ name, role }) => [name, role]))
      },
      introduce: (peer, addresses) => introduced.set(peer, addresses)
    },
    { peers, bootstrap }
  )
  return { contacts, introduced, heard }
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
  t.deepEqual(contacts.toMeet(), ['d', 'c'])
  contacts.presence('a', presence('trainer', ['/dns/a/tcp/2']), 0)
  t.deepEqual(introduced.get('a'), ['/dns/a/tcp/2'], 'its operator says nothing of it any more')
})

test('should look for all it knows in turn while it is alone, eight at a time', (t) => {
  const known = Array.from({ length: 18 }, (_, i) => knownPeer(`k${i + 10}`))
  const { contacts } = scene({ known, peers: [at('a')], bootstrap: [at('b')] })
  const all = ['a', ...known.map(({ name }) => name)]
  const met = [0, 1, 2].map(() => contacts.toMeet())
  for (const names of met) {
    t.is(names[0], 'b')
    t.is(names.length, 9)
  }
  // 24 places for 19 peers: the first five twice.
  const searched = met.flatMap((names) => names.slice(1))
  t.deepEqual(searched, [...all, ...all.slice(0, 5)])
})

test('should look for one at a time in a swarm, so that two halves find each other', (t) => {
  const known = ['k1', 'k2', 'k3'].map((name) => knownPeer(name))
  const { contacts } = scene({ known })
  contacts.presence('k1', presence(), 0)
  t.deepEqual(contacts.toMeet(), ['k2'])
  t.deepEqual(contacts.toMeet(), ['k3'])
  t.deepEqual(contacts.toMeet(), ['k2'])
  contacts.presence('k2', presence(), 0)
  contacts.presence('k3', presence(), 0)
  t.deepEqual(contacts.toMeet(), [])
})

test('should go on looking while it hears nobody but a bootstrap peer, and keep that', (t) => {
  const { contacts } = scene({ peers: [at('a'), at('c')], known: [knownPeer('d')] })
  contacts.presence('a', presence('bootstrap'), 0)
  t.true(contacts.alone)
  t.deepEqual(contacts.members, { others: ['c'], trainers: 2 })
  t.deepEqual(contacts.known, ['a', 'c'])
  t.deepEqual(contacts.toMeet(), ['a', 'c', 'd'])
})

test('should know of a configured peer that it was a bootstrap peer', (t) => {
  const { contacts } = scene({ peers: [at('a')], known: [knownPeer('a', 'bootstrap')] })
  t.deepEqual(contacts.members, { others: [], trainers: 1 })
  t.deepEqual(contacts.toMeet(), ['a'])
})
