import { encode } from '@ipld/dag-cbor'
import { autoNAT } from '@libp2p/autonat'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import test from 'ava'
import type { NodePart } from '../../src/network/node-part.ts'
import { type ProbeSwarmOptions, probeSwarm } from '../../src/network/probe/probe-swarm.ts'
import { AUTONAT } from '../../src/network/reach/autonat-messages.ts'
import { encodeFields } from '../../src/network/reach/protobuf.ts'
import { HOP } from '../../src/network/reach/relay-messages.ts'
import { memberOf, type Swarm, signedSwarm } from './door-place.ts'
import { createPeer, type Peer } from './network-harness.ts'

const probe = (
  { cid, hash }: Swarm,
  peers: readonly Peer[],
  options: Partial<ProbeSwarmOptions> = {}
) =>
  probeSwarm({
    asked: { manifestHash: hash, program: 'swarmgrad test' },
    cid,
    addresses: peers.map(({ network }) => network.addresses()[0]!),
    ...options
  })

test('members give the manifest, and say what time it is and that strangers may come in', async (t) => {
  const swarm = await signedSwarm()
  const peers = [await memberOf(t, swarm, 1), await memberOf(t, swarm, 2)]
  const { found, members, nat, without } = await probe(swarm, peers)
  t.deepEqual(found?.signed.manifest, swarm.manifest as never)
  t.deepEqual(without, [])
  t.is(members.length, 2)
  for (const { door, clockAheadMs } of members) {
    t.deepEqual(door, { refusal: null, program: 'swarmgrad 0.1.0' })
    // It is the same clock.
    t.true(Math.abs(clockAheadMs!) < 5000)
  }
  t.is(nat.verdict, 'unknown')
  t.regex(nat.why!, /local network/)
  t.false(nat.translated!)
  t.is(nat.mapping, null)
})

test('a member without the manifest is passed over, and so is one that gives out another', async (t) => {
  const swarm = await signedSwarm()
  const other = await signedSwarm({ name: 'another' })
  const peers = [
    await memberOf(t, swarm, 1, null),
    await memberOf(t, swarm, 2, other.bytes),
    await memberOf(t, swarm, 3, encode({ format: 'nonsense' }))
  ]
  const none = await probe(swarm, peers)
  t.is(none.found, null)
  t.is(none.without.length, 3)
  const [, , , good] = [...peers, await memberOf(t, swarm, 4)]
  const { found } = await probe(swarm, [...peers, good!])
  t.is(found?.from, good!.name)
})

test('a swarm by invite and one with a list say so to a stranger', async (t) => {
  const byInvite = await signedSwarm({ admission: { kind: 'invite' } })
  const asked = await probe(byInvite, [await memberOf(t, byInvite, 1)])
  t.is(asked.members[0]?.door?.refusal, 'no-invite')
  const peers = [byInvite.manifest.creator!]
  const listed = await signedSwarm({ admission: { kind: 'allow-list', peers } })
  const named = await probe(listed, [await memberOf(t, listed, 2)])
  t.is(named.members[0]?.door?.refusal, 'not-listed')
})

test('a peer of another swarm says so, and one from before there were doors says nothing', async (t) => {
  const [swarm, other] = [await signedSwarm(), await signedSwarm({ name: 'another' })]
  const { found, members } = await probe(swarm, [
    await memberOf(t, other, 1),
    await createPeer(t, 2)
  ])
  t.is(found, null)
  t.is(members[0]?.door?.refusal, 'other-swarm')
  t.is(members[1]?.door, null)
  t.is(members[1]?.clockAheadMs, null)
})

test("libp2p's own relay and AutoNAT understand what is asked of them", async (t) => {
  const swarm = await signedSwarm()
  const services = { relay: circuitRelayServer(), autonat: autoNAT() } as NodePart['services']
  const peer = await createPeer(t, 1, {
    manifestHash: swarm.hash,
    parts: [{ services: services! }]
  })
  const { members } = await probe(swarm, [peer, await memberOf(t, swarm, 2)])
  // 128 KiB are what libp2p gives; and two minutes, in milliseconds where the specification has seconds.
  t.deepEqual(members[0]?.relay, { state: 'reserved', seconds: 120_000, bytes: 131_072 })
  // It calls nobody back at an address that is not public.
  t.is(members[0]?.dialledBack, 'unknown')
  t.is(members[1]?.relay, null)
})

/** Answers a question on `protocol` with a message behind its length. */
const answering = (protocol: string, answer: Uint8Array): NodePart => ({
  attach: (node) =>
    void node.handle(protocol, async ({ stream }) => {
      await stream.source.next()
      await stream.sink([Uint8Array.of(answer.byteLength, ...answer)])
    })
})

test('what a relay and those that call back may answer', async (t) => {
  const swarm = await signedSwarm()
  const hop = (status: number) =>
    answering(
      HOP,
      encodeFields([
        [1, 2],
        [5, status]
      ])
    )
  const dialled = (status: number) =>
    answering(
      AUTONAT,
      encodeFields([
        [1, 1],
        [3, encodeFields([[1, status]])]
      ])
    )
  const cases = [
    [[hop(201), dialled(0)], 'full', 'reached'],
    [[hop(202), dialled(100)], 'denied', 'not-reached'],
    [[hop(200), dialled(101)], 'refused', 'unknown'],
    [[answering(HOP, Uint8Array.of(7, 7)), dialled(300)], 'no-answer', 'unknown']
  ] as const
  for (const [parts, relay, dialledBack] of cases) {
    const peer = await createPeer(t, 1, { manifestHash: swarm.hash, parts })
    const { members, nat } = await probe(swarm, [peer])
    t.is(members[0]?.relay?.state, relay)
    t.is(members[0]?.dialledBack, dialledBack)
    const verdicts = { reached: 'public', 'not-reached': 'private', unknown: 'unknown' }
    t.is(nat.verdict, verdicts[dialledBack] as never)
    await peer.network.stop()
  }
})
