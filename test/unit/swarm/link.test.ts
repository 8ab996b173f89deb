import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { cidOf } from '../../../src/swarm/cid.ts'
import { inviteText } from '../../../src/swarm/invite.ts'
import { formatLink, parseLink } from '../../../src/swarm/link.ts'

const CID = cidOf('ab'.repeat(32))
const NAME = '12D3KooWGRUbxSGpuMCSWpZs3rDkRzFCX1ZbhwSJVvAaLKZ4sRTU'
const at = (host: string): string => `/ip4/${host}/tcp/4001/p2p/${NAME}`
const INVITE = inviteText({
  seed: new Uint8Array(32).fill(1),
  expires: 1_800_000_000_000,
  uses: 3,
  signature: new Uint8Array(64).fill(2)
})

test('should read what it writes', (t) => {
  for (const link of [
    { cid: CID, peers: [], invite: null },
    { cid: CID, peers: [at('192.0.2.1')], invite: null },
    {
      cid: CID,
      peers: [at('192.0.2.1'), `/dns/a.example/tcp/443/wss/p2p/${NAME}`],
      invite: INVITE
    },
    { cid: CID, peers: [`/ip6zone/a%b&c=d#e/ip6/fe80::1/tcp/1/p2p/${NAME}`], invite: INVITE }
  ]) {
    t.deepEqual(parseLink(formatLink(link)), link)
  }
})

test('should be a URL that other programs read alike', (t) => {
  const peers = [at('192.0.2.1'), `/ip6zone/a%b&c=d#e/ip6/fe80::1/tcp/1/p2p/${NAME}`]
  const url = new URL(formatLink({ cid: CID, peers, invite: INVITE }))
  t.is(url.protocol, 'swarmgrad:')
  t.is(url.pathname, CID)
  t.deepEqual(url.searchParams.getAll('peer'), peers)
  t.is(url.searchParams.get('invite'), INVITE)
  t.is(url.hash, '')
})

test('should take a link as it is pasted', (t) => {
  const link = formatLink({ cid: CID, peers: [at('192.0.2.1')], invite: null })
  t.is(link, `swarmgrad:${CID}?peer=${at('192.0.2.1')}`)
  t.is(parseLink(`  ${link}\n`).cid, CID)
  t.is(parseLink(link.replace('swarmgrad:', 'SwarmGrad:')).cid, CID)
  t.is(
    parseLink(`swarmgrad:${CID}?peer=${encodeURIComponent(at('192.0.2.1'))}`).peers[0],
    at('192.0.2.1')
  )
  t.is(parseLink(`swarmgrad:${CID}?peer=${at('1.1.1.1')}&peer=${at('1.1.1.1')}`).peers.length, 1)
})

test('should leave out peers that do not fit', (t) => {
  const peers = Array.from({ length: 12 }, (_, index) => at(`192.0.2.${index}`))
  t.deepEqual(parseLink(formatLink({ cid: CID, peers, invite: null })).peers, peers.slice(0, 8))
  const long = Array.from(
    { length: 8 },
    (_, index) => `/ip6zone/${'z'.repeat(600)}${index}/ip6/fe80::1/tcp/1/p2p/${NAME}`
  )
  const link = formatLink({ cid: CID, peers: long, invite: INVITE })
  t.true(link.length <= 4096)
  t.deepEqual(parseLink(link), { cid: CID, peers: long.slice(0, 5), invite: INVITE })
})

const problemsIn = (text: string): string[] => {
  try {
    parseLink(text)
    return []
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return error.problems.map(({ path, rule }) => `${path}: ${rule}`)
    }
    throw error
  }
}

for (const [text, ...problems] of [
  ['', 'link: does not begin with swarmgrad:'],
  ['https://example.org', 'link: does not begin with swarmgrad:'],
  ['swarmgrad:', 'link: names no swarm'],
  [`swarmgrad:${CID.slice(0, -3)}`, `link: is no CID of a manifest: ${CID.slice(0, -3)}`],
  [`swarmgrad://${CID}`, `link: is no CID of a manifest: //${CID}`],
  [`swarmgrad:${CID}?pear=1`, 'link: unknown parameter pear'],
  [`swarmgrad:${CID}?peer`, 'link.peer: is no multiaddr of a peer: '],
  [`swarmgrad:${CID}?peer=%zz`, 'link.peer: has a % that encodes nothing'],
  [
    `swarmgrad:${CID}?peer=/ip4/1.2.3.4/tcp/1`,
    'link.peer: is no multiaddr of a peer: /ip4/1.2.3.4/tcp/1'
  ],
  [`swarmgrad:${CID}?invite=${INVITE.slice(0, -8)}`, 'link.invite: is no invite, or a part of one'],
  [`swarmgrad:${CID}?invite=${INVITE}&invite=${INVITE}`, 'link.invite: more than one'],
  [`swarmgrad:${CID}?peer=/a b`, 'link: has spaces or characters that no link has'],
  [`swarmgrad:${CID}?${'x'.repeat(5000)}`, 'link: has more than 4096 characters'],
  [
    `swarmgrad:${CID}?${Array.from({ length: 9 }, (_, i) => `peer=${at(`192.0.2.${i}`)}`).join('&')}`,
    'link.peer: more than 8 peers'
  ],
  [
    'swarmgrad:nothing?peer=nobody&invite=none&what=ever',
    'link: is no CID of a manifest: nothing',
    'link: unknown parameter what',
    'link.peer: is no multiaddr of a peer: nobody',
    'link.invite: is no invite, or a part of one'
  ]
] as const) {
  test(`should refuse ${text.slice(0, 90)} (${problems[0]})`, (t) => {
    t.deepEqual(problemsIn(text), problems)
  })
}

test('should say what is wrong, whatever it is given', (t) => {
  const random = seeded(3)
  const link = formatLink({ cid: CID, peers: [at('192.0.2.1'), at('192.0.2.2')], invite: INVITE })
  for (let i = 0; i < 3000; i++) {
    const from = random.integer(link.length)
    const damaged =
      link.slice(0, from) +
      String.fromCharCode(random.integer(160)) +
      link.slice(from + random.integer(link.length))
    t.notThrows(() => problemsIn(damaged), damaged)
  }
})
