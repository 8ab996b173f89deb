/**
 * What strangers tell each other before one of them joins: link, invite, pass, the questions and answers of
 * the door and of the manifest, presence. Made once with Python's hashlib, struct and cryptography. A line
 * that must change here needs another number in the protocol's or the purpose's name.
 */
import { decode, encode } from '@ipld/dag-cbor'
import test from 'ava'
import { askedBytes, askedIn, toldBytes, toldIn } from '../../src/network/door/manifest-messages.ts'
import {
  answerBytes,
  answerIn,
  questionBytes,
  questionIn
} from '../../src/network/door/messages.ts'
import { passFor } from '../../src/network/door/signing.ts'
import { keyOf, peerNameOf } from '../../src/network/peer-name.ts'
import { presenceBytes } from '../../src/network/presence.ts'
import { presenceIn } from '../../src/network/presence-topic.ts'
import { cidOf } from '../../src/swarm/cid.ts'
import { manifestDigest } from '../../src/swarm/envelope.ts'
import { inviteDigest, inviteText, parseInvite } from '../../src/swarm/invite.ts'
import { formatLink, parseLink } from '../../src/swarm/link.ts'
import type { Bytes } from '../../src/vector/vector.ts'

const HASH = 'c0ffee0123456789'.repeat(4)
const TERMS = { expires: 1_800_000_000_123, uses: 7 }
const filled = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'))

/** Seeds of 32 equal bytes. */
const creator = await keyOf(filled(32, 200))
const CREATOR = '12D3KooWL3hwtanTFomj8bT4KQEHukZW7QxNMqtopYFKae2cJ7Nr'
const JOINER = '12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba'
const CID = 'bafyreiga77xaci2fm6e4b77oaerukz4jyd764ajdivtytqh75yasgrlhre'
const INVITE = [
  'pGRzZWVkWCAHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHB2R1c2VzB2dleHBpcmVzGwAAAaMYXFB7aXNp',
  'Z25hdHVyZVhAgs_jT7T2teb2lqrWujPCUvjCScsg0HIEgq4N4w1SfeHWFkeIIrFlv84EVMGeNvISHRpZbT5Wq6fW',
  'txU0Z6VMCg'
].join('')
const PASS = [
  'a5636b65795820ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c6475736573',
  '0765636c61696d5840e4357e7f7ebd1a90defa96d24571a58893d612f576f59308953a2918ecff6a624e5f96',
  '1f40d84d23fa1f7a6c1613a3ab93cee0071377d2025bc39db81c1a620467657870697265731b000001a3185c',
  '507b697369676e6174757265584082cfe34fb4f6b5e6f696aad6ba33c252f8c249cb20d0720482ae0de30d52',
  '7de1d616478822b165bfce0454c19e36f2121d1a596d3e56aba7d6b7153467a54c0a'
].join('')
const MANIFEST_SIGNATURE = [
  'd8d2c715cf99bbfee0409818ba0815ef030ec4dce994aa363a4b4a966ab3dc3ffc2f53c13d2f70f557e33776',
  '39aad072b46ca827c7ccba053ccb8e2347393609'
].join('')
const QUESTION = [
  'a56470617373f66561626f7574817834313244334b6f6f57526e645668565a50436951774842424264673736',
  '3947797250555731337a787771517966397233414e6162616770726f6772616d6f737761726d677261642030',
  '2e312e30686d616e696665737478406330666665653031323334353637383963306666656530313233343536',
  '37383963306666656530313233343536373839633066666565303132333435363738396876657273696f6e73',
  '820101'
].join('')
const ANSWER = [
  'a56261741b000001a3185c507b656b6e6f7773806770726f6772616d6f737761726d6772616420302e312e30',
  '677265667573616c6e696e766974652d657870697265646876657273696f6e73820101'
].join('')
const PRESENCE = [
  'aa6261741b000001a3185c507b646c6f7373fb3fe00000000000006470617373a5636b65795820ea4a6c63e2',
  '9c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c64757365730765636c61696d5840e4357e',
  '7f7ebd1a90defa96d24571a58893d612f576f59308953a2918ecff6a624e5f961f40d84d23fa1f7a6c1613a3',
  'ab93cee0071377d2025bc39db81c1a620467657870697265731b000001a3185c507b697369676e6174757265',
  '584082cfe34fb4f6b5e6f696aad6ba33c252f8c249cb20d0720482ae0de30d527de1d616478822b165bfce04',
  '54c19e36f2121d1a596d3e56aba7d6b7153467a54c0a64726f6c65686f627365727665726566696e616ca364',
  '68617368582011111111111111111111111111111111111111111111111111111111111111116773616d706c',
  '65731903e8697369676e61747572655840535353535353535353535353535353535353535353535353535353',
  '53535353535353535353535353535353535353535353535353535353535353535353535353656c696e6b7381',
  '684b5a34735254556165726f756e640c676c656176696e67f4677265706c696361a263637574703031323334',
  '3536373839616263646566646861736870666666666666666666666666666666666961646472657373657381',
  '772f6970342f3139322e302e322e312f7463702f34303031'
].join('')

/** Of the key whose seed is 07 07 ... */
const signedInvite = async () => {
  const seed = filled(32, 7)
  const digest = inviteDigest(HASH, (await keyOf(seed)).publicKey.raw, TERMS)
  return { seed, ...TERMS, signature: Uint8Array.from(await creator.sign(digest)) }
}

test('names', async (t) => {
  t.is(await peerNameOf(filled(32, 200)), CREATOR)
  t.is(await peerNameOf(filled(32, 3)), JOINER)
  t.is(cidOf(HASH), CID)
})

test('signature of a manifest', async (t) => {
  t.is(hex(await creator.sign(manifestDigest(HASH))), MANIFEST_SIGNATURE)
})

test('invite, pass and link', async (t) => {
  const invite = await signedInvite()
  t.is(inviteText(invite), INVITE)
  t.deepEqual(parseInvite(INVITE), invite)
  t.is(hex(encode(await passFor(invite, HASH, JOINER))), PASS)
  const link = { cid: CID, peers: [`/ip4/192.0.2.1/tcp/4001/p2p/${CREATOR}`], invite: INVITE }
  const text = `swarmgrad:${CID}?peer=/ip4/192.0.2.1/tcp/4001/p2p/${CREATOR}&invite=${INVITE}`
  t.is(formatLink(link), text)
  t.deepEqual(parseLink(text), link)
})

test('the door', (t) => {
  const program = 'swarmgrad 0.1.0'
  const versions: [number, number] = [1, 1]
  const question = { versions, program, manifest: HASH, pass: null, about: [JOINER] }
  const answer = {
    versions,
    program,
    refusal: 'invite-expired' as const,
    at: 1_800_000_000_123,
    knows: []
  }
  t.is(hex(questionBytes(question)), QUESTION)
  t.deepEqual(questionIn(bytesOf(QUESTION)), question)
  t.is(hex(answerBytes(answer)), ANSWER)
  t.deepEqual(answerIn(bytesOf(ANSWER)), answer)
})

test('the manifest, asked for and told', (t) => {
  const asked = `a163636964783b${hex(Buffer.from(CID))}`
  t.is(hex(askedBytes(CID)), asked)
  t.is(askedIn(bytesOf(asked)), CID)
  t.is(hex(toldBytes({ envelope: Uint8Array.of(1, 2, 3) })), 'a168656e76656c6f706543010203')
  t.is(hex(toldBytes({ none: 'busy' })), 'a1646e6f6e656462757379')
  t.deepEqual(toldIn(bytesOf('a1646e6f6e656462757379')), { none: 'busy' })
})

test('presence', (t) => {
  const said = {
    round: 12,
    loss: 0.5,
    role: 'observer' as const,
    leaving: false,
    links: ['KZ4sRTUa'],
    replica: { cut: '0123456789abcdef', hash: 'f'.repeat(16) },
    addresses: ['/ip4/192.0.2.1/tcp/4001'],
    pass: decode<never>(bytesOf(PASS)),
    final: { hash: filled(32, 0x11), samples: 1000, signature: filled(64, 0x53) }
  }
  t.is(hex(presenceBytes(said, 1_800_000_000_123)), PRESENCE)
  t.deepEqual(presenceIn(bytesOf(PRESENCE)), { at: 1_800_000_000_123, ...said })
})
