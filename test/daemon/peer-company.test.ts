/** Daemons that come, go and find each other. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { peerNameOf } from '../../src/network/peer-name.ts'
import type { MemberStatus, PeerStatus } from '../../src/peer/monitor/status.ts'
import { freePorts } from '../../src/simulation/live/ports.ts'
import { saveIdentity } from '../../src/storage/identity.ts'
import {
  type Changes,
  configure,
  type Daemon,
  type Home,
  homeFor,
  startPeer
} from '../helpers/daemon.ts'
import { startProgram } from '../helpers/program.ts'
import { checkpointFolders, flipBit } from '../helpers/state-files.ts'

/** Of two that train, five rounds a second or so. */
const PAIR: Changes = {
  manifest: { shards: 2 },
  strategy: { intervalMs: 200, startPatienceMs: 1000 }
}

const withConfig = (config: Changes['config']): Changes => ({ ...PAIR, config: { ...config } })

/** Where a peer will be that has not been started yet. */
const reserve = async (t: ExecutionContext) => {
  const home = await homeFor(t)
  const seed = randomBytes(32)
  await mkdir(home.state)
  await saveIdentity(home.state, seed)
  const [port] = await freePorts(1)
  const listen = `/ip4/127.0.0.1/tcp/${port}`
  return { home, listen, address: `${listen}/p2p/${await peerNameOf(seed)}` }
}

const member = (status: PeerStatus, name: string): MemberStatus | undefined =>
  status.members.find((other) => other.name === name)

const nameOf = async (peer: Daemon): Promise<string> =>
  (await peer.says('listening'))['self'] as string

/** Both train and have the same replica. */
const together = async (a: Daemon, b: Daemon): Promise<void> => {
  const [nameA, nameB] = [await nameOf(a), await nameOf(b)]
  await Promise.all([
    a.statusOnce((status) => member(status, nameB)?.agreement === 'agrees'),
    b.statusOnce((status) => member(status, nameA)?.agreement === 'agrees')
  ])
}

const startPair = async (
  t: ExecutionContext
): Promise<{
  readonly homes: readonly [Home, Home]
  readonly peers: readonly [Daemon, Daemon]
}> => {
  const first = await homeFor(t, PAIR)
  const a = startPeer(t, first)
  const { addresses } = await a.says('listening')
  const second = await homeFor(t, withConfig({ shard: 1, bootstrap: addresses }))
  const b = startPeer(t, second)
  await together(a, b)
  return { homes: [first, second], peers: [a, b] }
}

test('a peer that nobody answers should train alone, say so, and find the other when it comes', async (t) => {
  const other = await reserve(t)
  const home = await homeFor(t, withConfig({ peers: [other.address] }))
  const peer = startPeer(t, home)
  await peer.nextRound()
  const { line, healthy, links } = await peer.statusOnce(({ phase }) => phase === 'training')
  t.regex(line, /^training alone, round \d+: none of 1 known member can be reached yet/)
  t.like(links, { up: 0, known: 1 })
  t.true(healthy)
  const health = await peer.ask<{ healthy: boolean; reason: string }>('/healthz')
  t.true(health.healthy)
  t.regex(health.reason, /it is dialling the 1 known member/)
  const asked = await startProgram(t, ['status', '--config', home.config]).exit
  t.is(asked.code, 0, asked.stderr)
  t.regex(asked.stdout, /^training alone, round \d+: none of 1 known member can be reached/)

  await configure(other.home, withConfig({ shard: 1, listen: [other.listen] }))
  const late = startPeer(t, other.home)
  await together(peer, late)
  for (const { code, stderr } of await Promise.all([peer.stop(), late.stop()]))
    t.is(code, 0, stderr)
})

test('a neighbour should be told at once that a peer ends, and see it again when it is back', async (t) => {
  const {
    homes: [home],
    peers: [a, b]
  } = await startPair(t)
  const name = await nameOf(a)
  t.like(await a.stop(), { code: 0 })
  // Silence alone would take minutes.
  const gone = await b.statusOnce((status) => member(status, name)?.left !== false)
  t.is(gone.links.up, 0)
  await b.nextRound(3)
  const back = startPeer(t, home)
  await together(back, b)
  t.is(await nameOf(back), name)
  for (const { code, stderr } of await Promise.all([back.stop(), b.stop()])) t.is(code, 0, stderr)
})

test('a peer without any whole checkpoint should take the replica from its neighbour', async (t) => {
  const {
    homes: [home],
    peers: [a, b]
  } = await startPair(t)
  t.like(await a.stop(), { code: 0 })
  for (const path of await checkpointFolders(home)) await flipBit(join(path, 'protocol.cbor'))
  const back = startPeer(t, home)
  t.regex((await back.says(/no whole checkpoint is left/)).msg, /from its neighbours/)
  await together(back, b)
  await back.nextRound()
  for (const { code, stderr } of await Promise.all([back.stop(), b.stop()])) {
    t.is(code, 0, stderr)
    t.notRegex(stderr, /proof|expelled/)
  }
})

test('a paused peer should follow its neighbour without training', async (t) => {
  const {
    homes: [home],
    peers: [a, b]
  } = await startPair(t)
  const soon = new Date(Date.now() + 6 * 3_600_000).getHours()
  const hour = String(soon).padStart(2, '0')
  await configure(home, withConfig({ schedule: { train: [`${hour}:00-${hour}:01`] } }))
  a.signal('SIGHUP')
  const { line } = await a.statusOnce(({ phase }) => phase === 'paused')
  t.regex(line, /^paused by the schedule until \d\d:00, following 1 neighbour/)
  const { round } = await a.status()
  const [nameA, nameB] = [await nameOf(a), await nameOf(b)]
  const other = await b.statusOnce((status) => member(status, nameA)?.role === 'observer')
  t.is(member(other, nameA)?.left, false)
  // It goes where its neighbour goes, and has what that has.
  const { replica } = await a.status()
  const later = await a.statusOnce(
    (now) => now.replica?.cut !== replica?.cut && member(now, nameB)?.agreement === 'agrees'
  )
  t.true(later.round > round)
  for (const { code, stderr } of await Promise.all([a.stop(), b.stop()])) t.is(code, 0, stderr)
})

test('addresses that SIGHUP brings should be dialled', async (t) => {
  const first = await homeFor(t, PAIR)
  const a = startPeer(t, first)
  const { addresses } = await a.says('listening')
  const second = await homeFor(t, withConfig({ shard: 1 }))
  const b = startPeer(t, second)
  await b.nextRound()
  t.deepEqual((await b.status()).members, [])
  await configure(second, withConfig({ shard: 1, bootstrap: addresses }))
  b.signal('SIGHUP')
  await together(a, b)
  for (const { code, stderr } of await Promise.all([a.stop(), b.stop()])) t.is(code, 0, stderr)
})

test('a bootstrap peer that is not there, or of another swarm, should not count as nobody', async (t) => {
  const boot = await homeFor(t, {
    manifest: { shards: 2, name: 'another' },
    config: { role: 'bootstrap' }
  })
  const other = startPeer(t, boot)
  const { addresses } = await other.says('listening')
  const absent = await reserve(t)
  for (const bootstrap of [addresses, [absent.address]]) {
    const peer = startPeer(t, await homeFor(t, withConfig({ bootstrap })))
    await peer.nextRound()
    const { line, links } = await peer.statusOnce(({ phase }) => phase === 'training')
    t.regex(line, /none of 1 known member can be reached yet/)
    t.like(links, { up: 0, known: 1 })
    t.true(links.noneForSeconds !== null)
    t.like(await peer.stop(), { code: 0 })
  }
  t.like(await other.stop(), { code: 0 })
})
