import { encode } from '@ipld/dag-cbor'
import type { Connection } from '@libp2p/interface'
import test from 'ava'
import { askDoor } from '../../src/network/door/ask-door.ts'
import { answerOn, askOn } from '../../src/network/door/exchange.ts'
import {
  answerBytes,
  answerIn,
  DOOR_PROTOCOL,
  questionBytes,
  questionIn
} from '../../src/network/door/messages.ts'
import { makeInvite, passFor } from '../../src/network/door/signing.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import type { Pass } from '../../src/swarm/invite.ts'
import { CREATOR, CREATOR_SEED } from '../helpers/signed-swarm.ts'
import { connect, type Guarded, startGuarded, startNode } from './door-harness.ts'
import { HASH, seedOf } from './network-harness.ts'

const OTHER = '0123456789abcdef'.repeat(4)
const BY_INVITE = { admission: { kind: 'invite' }, creator: CREATOR } as const
const names = await Promise.all([0, 1, 2, 3].map((seed) => peerNameOf(seedOf(seed))))

/** What both ends of a connection say of a link. */
const mayLink = async (a: Guarded, b: Guarded) => {
  const [here, there] = await connect(a.node, b.node)
  const words = await Promise.all([a.door.mayLink(here), b.door.mayLink(there)])
  return { words, open: here.status === 'open' && there.status === 'open' }
}

test('should let all in at once where the swarm is open', async (t) => {
  const [a, b] = [await startGuarded(t, 1), await startGuarded(t, 2)]
  const [here, there] = await connect(a.node, b.node)
  t.is(a.door.mayLink(here), true, 'no promise: nothing to wait for')
  t.is(b.door.mayLink(there), true)
  const [asking] = await connect(await startNode(t, 3, []), a.node)
  const caller = { manifestHash: HASH, program: 'test', pass: null }
  const { refusal, at, program } = await askDoor(asking, caller, AbortSignal.timeout(5000))
  t.is(refusal, null)
  t.true(at > 0)
  t.is(program, 'swarmgrad 9.9.9')
  t.deepEqual([a.refusals, b.refusals], [[], []])
})

test('should tell both ends that they are in different swarms, and keep the connection', async (t) => {
  const [a, b] = [await startGuarded(t, 1), await startGuarded(t, 2, { manifestHash: OTHER })]
  const [here] = await connect(a.node, b.node)
  const [atA, atB] = await Promise.all([a.refused(), b.refused()])
  t.is(atA.word, 'other other-swarm')
  t.is(atB.word, 'self other-swarm')
  t.regex(atA.text, /is in another swarm/)
  t.is(here.status, 'open')
})

test('should let in those on the list at once, and tell the others why not', async (t) => {
  const rules = { admission: { kind: 'allow-list' as const, peers: [names[1]!, names[2]!] } }
  const [a, b, c] = [
    await startGuarded(t, 1, { rules }),
    await startGuarded(t, 2, { rules }),
    await startGuarded(t, 3, { rules })
  ]
  const [here, there] = await connect(a.node, b.node)
  t.is(a.door.mayLink(here), true)
  t.is(b.door.mayLink(there), true)
  const { words, open } = await mayLink(c, a)
  t.deepEqual(words, [false, false])
  t.true(open, 'the DHT may have use for it')
  t.is((await c.refused()).word, 'other not-listed')
  t.regex((await c.refused()).text, /ask the creator to list/)
  t.is((await a.refused()).word, 'self not-listed')
  t.deepEqual(b.refusals, [])
})

const passOf = async (seed: number, terms = { expires: 0, uses: 0 }, hash = HASH): Promise<Pass> =>
  passFor(await makeInvite(hash, CREATOR_SEED, terms), hash, names[seed]!)

test('should let in who shows an invite, whoever calls', async (t) => {
  const [a, b] = [
    await startGuarded(t, 1, { rules: BY_INVITE, pass: await passOf(1) }),
    await startGuarded(t, 2, { rules: BY_INVITE, pass: await passOf(2) })
  ]
  const { words } = await mayLink(a, b)
  t.deepEqual(words, [true, true])
  t.deepEqual([a.refusals, b.refusals], [[], []])
  t.deepEqual(
    [a.admissions.seats, b.admissions.seats].map((seats) => seats.map(({ peer }) => peer)),
    [[b.name], [a.name]]
  )
  const [here] = a.node.getConnections()
  t.is(a.door.mayLink(here!), true, 'it is known by now')
})

const forged = async (): Promise<Pass> => ({ ...(await passOf(2)), uses: 9 })

for (const [why, pass, words] of [
  ['no-invite', async () => null, /ask the creator for a link with one/],
  ['invite-forged', forged, /is not this swarm's/],
  ['invite-forged', () => passOf(3), /is not this swarm's/],
  ['invite-forged', () => passOf(2, undefined, OTHER), /is not this swarm's/],
  ['invite-expired', () => passOf(2, { expires: 999, uses: 0 }), /ask the creator for a new link/]
] as const) {
  test(`should refuse a peer and tell it why: ${why} ${pass}`, async (t) => {
    const [a, b] = [
      await startGuarded(t, 1, { rules: BY_INVITE, pass: await passOf(1) }),
      await startGuarded(t, 2, { rules: BY_INVITE, pass: await pass() })
    ]
    const { words: verdicts, open } = await mayLink(b, a)
    t.deepEqual(verdicts, [false, false])
    t.true(open)
    t.deepEqual(
      b.refusals.map(({ word }) => word),
      [`other ${why}`]
    )
    t.regex(b.refusals[0]!.text, words)
    t.deepEqual(
      a.refusals.map(({ word }) => word),
      [`self ${why}`]
    )
  })
}

test('should let in as many as an invite is for', async (t) => {
  const invite = await makeInvite(HASH, CREATOR_SEED, { expires: 0, uses: 1 })
  const joiner = async (seed: number) =>
    startGuarded(t, seed, { rules: BY_INVITE, pass: await passFor(invite, HASH, names[seed]!) })
  const a = await startGuarded(t, 1, { rules: BY_INVITE, pass: await passOf(1) })
  t.deepEqual((await mayLink(await joiner(2), a)).words, [true, true])
  const late = await joiner(3)
  t.deepEqual((await mayLink(late, a)).words, [false, false])
  t.is((await late.refused()).word, 'other invite-used-up')
})

const question = (change: object = {}) =>
  questionBytes({
    versions: [1, 1],
    program: 'test',
    manifest: HASH,
    pass: null,
    ...change
  })

const ask = async (connection: Connection, bytes: Uint8Array) => {
  const stream = await connection.newStream(DOOR_PROTOCOL)
  return answerIn(await askOn(stream, bytes, 4096, AbortSignal.timeout(5000)))
}

test('should refuse a newer program gently, and name it', async (t) => {
  const old = await startGuarded(t, 1)
  const newer = await startNode(t, 2, [])
  const [here] = await connect(newer, old.node)
  const bytes = question({ versions: [2, 4], program: 'swarmgrad 7.0.0', mood: 'fine' })
  const answer = await ask(here, bytes)
  t.is(answer?.refusal, 'version')
  t.deepEqual(answer?.versions, [1, 1])
  const { word, text } = await old.refused()
  t.is(word, 'self version')
  t.regex(
    text,
    /speaks version 4 of the protocol \(swarmgrad 7\.0\.0\), this peer 1 \(update swarmgrad here\)/
  )
  t.is(here.status, 'open')
})

test('should understand that it is the older one, even by a word that it does not know', async (t) => {
  const newer = await startNode(t, 2, [])
  await newer.handle(DOOR_PROTOCOL, ({ stream }) => {
    void answerOn(stream, 4096, AbortSignal.timeout(5000), async () =>
      encode({ versions: [2, 2], program: 'swarmgrad 7.0.0', refusal: 'too-old', at: 5, more: [] })
    )
  })
  const old = await startGuarded(t, 1)
  await connect(old.node, newer)
  const { word, text } = await old.refused()
  t.is(word, 'other version')
  t.regex(text, /swarmgrad 7\.0\.0.*update swarmgrad here/)
})

test('should not wait for a peer that has no door', async (t) => {
  const a = await startGuarded(t, 1, { rules: BY_INVITE, pass: await passOf(1) })
  const stranger = await startNode(t, 2, [])
  const [here] = await connect(a.node, stranger)
  const word = a.door.mayLink(here)
  t.false(await word)
  t.is(here.status, 'open')
})

test('should not wait for a pass over a connection that is gone', async (t) => {
  const a = await startGuarded(t, 1, { rules: BY_INVITE, pass: await passOf(1) })
  const silent = await startNode(t, 2, [])
  await silent.handle(DOOR_PROTOCOL, ({ stream }) => {
    void answerOn(stream, 4096, AbortSignal.timeout(5000), async () => {
      // It admits, and never asks.
      setImmediate(() => silent.getConnections()[0]?.abort(new Error('gone')))
      return answerBytes({ versions: [1, 1], program: 'x', refusal: null, at: 1 })
    })
  })
  const [here] = await connect(a.node, silent)
  t.false(await a.door.mayLink(here))
})

test('should stand whatever is thrown at it', async (t) => {
  const a = await startGuarded(t, 1)
  const stranger = await startNode(t, 2, [])
  const length = (bytes: number) => Uint8Array.of(bytes >> 24, bytes >> 16, bytes >> 8, bytes)
  for (const bytes of [
    new Uint8Array(),
    Uint8Array.of(0, 0),
    length(0),
    length(0x7fffffff),
    length(4097),
    Uint8Array.of(...length(3), 1, 2, 3),
    Uint8Array.of(...length(100), ...question()),
    Uint8Array.of(...length(8), 0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff)
  ]) {
    const [here] = await connect(stranger, a.node)
    const stream = await here.newStream(DOOR_PROTOCOL)
    const answered = (async () => {
      for await (const chunk of stream.source) return chunk.byteLength
      return 0
    })()
    await stream.sink([bytes]).catch(() => {})
    t.is(await answered.catch(() => 0), 0)
    here.abort(new Error('enough'))
  }
  t.deepEqual(a.refusals, [])
  const [again] = await connect(await startNode(t, 3, []), a.node)
  t.is((await ask(again, question()))?.refusal, null, 'an honest question is still answered')
})

test('should make nothing of damaged words', (t) => {
  const asked = question({ pass: null })
  const answered = answerBytes({ versions: [1, 1], program: 'x', refusal: 'full', at: 1 })
  t.not(questionIn(asked), null)
  t.is(answerIn(answered)?.refusal, 'full')
  for (const bytes of [asked, answered]) {
    for (let at = 0; at < bytes.length; at++) {
      t.notThrows(() => questionIn(bytes.slice(0, at)))
      for (let bit = 0; bit < 8; bit++) {
        const damaged = bytes.slice()
        damaged[at]! ^= 1 << bit
        t.notThrows(() => [questionIn(damaged), answerIn(damaged)])
      }
    }
  }
  t.is(questionIn(question({ program: 'a\u001b[2J' })), null, 'what goes to a terminal is plain')
})
