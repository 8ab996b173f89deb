import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import test from 'ava'
import { Verified } from '../../../../src/network/discovery/verified.ts'

const peerId = async (): Promise<PeerId> =>
  peerIdFromPrivateKey((await generateKeyPair('Ed25519')) as PrivateKey)

const scene = () => {
  const clock = { now: 0 }
  const checks: Array<{ readonly peer: PeerId; settle(good: boolean): Promise<void> }> = []
  const answered: PeerId[] = []
  const connected = new Set<string>()
  const verified = new Verified({
    self: 'me',
    check: (peer) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      checks.push({
        peer,
        settle: async (good) => {
          if (good) resolve()
          else reject(new Error('silent'))
          await new Promise((done) => setImmediate(done))
        }
      })
      return promise
    },
    isConnected: (peer) => connected.has(peer.toString()),
    answered: (peer) => answered.push(peer),
    now: () => clock.now
  })
  return { clock, checks, answered, connected, verified }
}

test('should not let a query wait for a contact that nothing is known of', async (t) => {
  const { checks, answered, verified, clock } = scene()
  const peer = await peerId()
  await t.throwsAsync(verified.ping(peer))
  await t.throwsAsync(verified.ping(peer))
  t.is(checks.length, 1, 'one check for both')
  await checks[0]!.settle(true)
  t.deepEqual(answered, [peer])
  t.is(await verified.ping(peer), 0)
  clock.now = 599_999
  t.is(await verified.ping(peer), 0)
  t.is(checks.length, 1)
})

test('should ask an old contact again, and wait for what it says', async (t) => {
  const { checks, answered, verified, clock } = scene()
  const peer = await peerId()
  await t.throwsAsync(verified.ping(peer))
  await checks[0]!.settle(true)
  clock.now = 600_000
  const again = verified.ping(peer)
  await checks[1]!.settle(true)
  t.is(await again, 0)
  clock.now = 1_200_000
  const last = verified.ping(peer)
  await checks[2]!.settle(false)
  await t.throwsAsync(last)
  t.is(answered.length, 1)
})

test('should leave a contact that was silent alone for a minute', async (t) => {
  const { checks, verified, clock } = scene()
  const peer = await peerId()
  await t.throwsAsync(verified.ping(peer))
  await checks[0]!.settle(false)
  clock.now = 59_999
  await t.throwsAsync(verified.ping(peer))
  t.is(checks.length, 1)
  clock.now = 60_000
  await t.throwsAsync(verified.ping(peer))
  t.is(checks.length, 2)
  await checks[1]!.settle(true)
  t.is(await verified.ping(peer), 0)
  verified.lost(peer)
  await t.throwsAsync(verified.ping(peer))
})

test('should check two at a time, and the others in their turn', async (t) => {
  const { checks, verified } = scene()
  const peers = await Promise.all(Array.from({ length: 100 }, peerId))
  for (const peer of peers) await t.throwsAsync(verified.ping(peer))
  t.is(checks.length, 2)
  for (let i = 0; i < checks.length; i++) {
    t.true(checks.length - i <= 2)
    await checks[i]!.settle(i % 2 === 0)
  }
  t.deepEqual(
    checks.map(({ peer }) => peer),
    peers.slice(0, 66),
    '64 wait at the most'
  )
})

test('should check at once those that are connected', async (t) => {
  const { checks, connected, verified } = scene()
  for (let i = 0; i < 5; i++) await t.throwsAsync(verified.ping(await peerId()))
  const entry = await peerId()
  connected.add(entry.toString())
  await t.throwsAsync(verified.ping(entry))
  t.is(checks.at(-1)?.peer, entry)
  t.is(checks.length, 3)
})
