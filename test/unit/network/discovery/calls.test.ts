import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, PeerId, PeerStore, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import test from 'ava'
import { Calls } from '../../../../src/network/discovery/calls.ts'
import { ContactAddresses } from '../../../../src/network/discovery/contact-addresses.ts'
import type { KadComponents } from '../../../../src/network/discovery/kad.ts'

const PROTOCOL = '/swarmgrad/kad/1'

interface Line {
  status: 'open' | 'closed'
  readonly id: string
  readonly remotePeer: PeerId
  streams: Array<{ protocol: string }>
}

const peerId = async (): Promise<PeerId> =>
  peerIdFromPrivateKey((await generateKeyPair('Ed25519')) as PrivateKey)

/** A world in which everybody answers but those in `dead`. */
const scene = () => {
  const clock = { now: 0 }
  const lines: Line[] = []
  const dead = new Set<string>()
  const tagged = new Set<string>()
  const lost: string[] = []
  const dialled: string[] = []
  const connect = (peer: PeerId): Line => {
    const line: Line = {
      status: 'open',
      id: `${lines.length}`,
      remotePeer: peer,
      streams: [{ protocol: '/meshsub/1.1.0' }]
    }
    lines.push(line)
    return line
  }
  const connectionOf = (line: Line) => ({
    ...line,
    get status() {
      return line.status
    },
    get streams() {
      return line.streams
    },
    newStream: async (protocol: string) => {
      if (dead.has(line.remotePeer.toString())) throw new Error('no such protocol')
      return { protocol, source: (async function* () {})(), close: async () => {} }
    },
    close: async () => {
      line.status = 'closed'
    }
  })
  const open = (peer: PeerId): Line[] =>
    lines.filter(({ status, remotePeer }) => status === 'open' && remotePeer.equals(peer))
  const calls = new Calls({
    connectionManager: {
      getConnections: (peer: PeerId) => open(peer),
      openConnection: async (target: PeerId | { toString(): string }[]) => {
        const [first] = Array.isArray(target) ? target : [target]
        const name = first!.toString().split('/').at(-1)!
        dialled.push(`${first}`)
        const peer = peers.find((one) => one.toString() === name)!
        return connectionOf(open(peer)[0] ?? connect(peer))
      }
    } as unknown as KadComponents['connectionManager'],
    peerStore: {
      get: async (peer: PeerId) => {
        const tags = new Map(tagged.has(peer.toString()) ? [['relay', {}]] : [])
        return { tags }
      }
    } as unknown as PeerStore,
    addresses: new ContactAddresses(),
    protocol: PROTOCOL,
    now: () => clock.now,
    lost: (peer) => lost.push(peer.toString())
  })
  const peers: PeerId[] = []
  const call = async (peer: PeerId): Promise<void> => {
    const connection: Connection = await calls.connectionManager.openConnection(peer)
    await connection.newStream(PROTOCOL)
  }
  return { calls, call, clock, connect, dead, lost, open, peers, tagged, dialled }
}

const NOBODY = (): boolean => false

test('should close a connection of its own after a minute without a request', async (t) => {
  const { calls, call, clock, open, peers } = scene()
  const peer = await peerId()
  peers.push(peer)
  await call(peer)
  clock.now = 59_999
  await calls.tidy(NOBODY)
  t.is(open(peer).length, 1)
  await call(peer)
  clock.now = 119_998
  await calls.tidy(NOBODY)
  t.is(open(peer).length, 1, 'it was used again')
  clock.now = 120_000
  await calls.tidy(NOBODY)
  t.is(open(peer).length, 0)
})

test('should leave alone what others made, or need', async (t) => {
  const { calls, call, clock, connect, open, peers, tagged } = scene()
  const all = await Promise.all(Array.from({ length: 5 }, peerId))
  peers.push(...all)
  const [theirs, linked, relay, member, idle] = all as [PeerId, PeerId, PeerId, PeerId, PeerId]
  connect(theirs)
  for (const peer of all) await call(peer)
  open(linked)[0]!.streams.push({ protocol: '/swarmgrad/0123456789abcdef/bulk/1' })
  tagged.add(relay.toString())
  clock.now = 200_000
  await calls.tidy((name) => name === member.toString())
  t.deepEqual(
    all.map((peer) => open(peer).length),
    [1, 1, 1, 1, 0]
  )
  t.is(open(idle).length, 0)
})

test('should hold at most 32 connections of its own, those used last', async (t) => {
  const { calls, call, clock, open, peers } = scene()
  const all = await Promise.all(Array.from({ length: 40 }, peerId))
  peers.push(...all)
  for (const peer of all) {
    clock.now += 10
    await call(peer)
  }
  await calls.tidy(NOBODY)
  t.deepEqual(
    all.map((peer) => open(peer).length),
    all.map((_, i) => (i < 8 ? 0 : 1))
  )
})

test('should give up a contact after two failures in a row', async (t) => {
  const { call, dead, lost, peers } = scene()
  const peer = await peerId()
  peers.push(peer)
  dead.add(peer.toString())
  await t.throwsAsync(call(peer))
  dead.delete(peer.toString())
  await call(peer)
  dead.add(peer.toString())
  await t.throwsAsync(call(peer))
  t.deepEqual(lost, [])
  await t.throwsAsync(call(peer))
  t.deepEqual(lost, [peer.toString()])
})
