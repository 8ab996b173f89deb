/** Members of a public swarm: data fetched and dealt, an end that they sign together, a model to be fetched. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { peerNameOf } from '../../src/network/peer-name.ts'
import { createProbeNode } from '../../src/network/probe/probe-node.ts'
import { fetchReplica } from '../../src/network/replica/fetch-replica.ts'
import { parsePeerConfig } from '../../src/peer/config.ts'
import { initialHash } from '../../src/peer/initial.ts'
import { freePorts } from '../../src/simulation/live/ports.ts'
import { saveIdentity } from '../../src/storage/identity.ts'
import { loadReplica } from '../../src/storage/replica-file.ts'
import { createModel } from '../../src/training/models/create-model.ts'
import { rowSides } from '../../src/training/models/model.ts'
import { type Changes, type Daemon, type Home, homeFor, startPeer } from '../helpers/daemon.ts'
import { temporaryFolder } from '../helpers/program.ts'
import { serve } from '../unit/data/download-server.ts'
import { builtIn } from '../unit/training/helpers.ts'

const MODEL = { name: 'mlp', hidden: [8] }
const LAYOUT = createModel(builtIn(MODEL), rowSides([1, 1, 2], 2)).layout
const ROWS = 1000
const TABLE = Buffer.from(
  `a,b,sign\n${Array.from({ length: ROWS }, (_, i) => {
    const [a, b] = [Math.sin(i), Math.cos(3 * i)]
    return `${a},${b},${a + b > 0 ? 'plus' : 'minus'}`
  }).join('\n')}\n`
)
const FILE = {
  name: 'signs.csv',
  bytes: TABLE.byteLength,
  sha256: createHash('sha256').update(TABLE).digest('hex')
}

const give: RequestListener = (_, response) => response.end(TABLE)
const lie: RequestListener = (_, response) => response.end(Buffer.alloc(TABLE.byteLength))
const nowhere: RequestListener = (_, response) => response.writeHead(404).end()

interface Swarm {
  readonly env: NodeJS.ProcessEnv
  changes(config?: object): Changes
}

/** Whose data lie on servers that do this. */
const swarmOf = async (
  t: ExecutionContext,
  listeners: readonly RequestListener[],
  manifest: object = {},
  steps = 400
): Promise<Swarm> => {
  const servers = await Promise.all(listeners.map((listener) => serve(t, listener)))
  const urls = servers.map(({ base }) => `${base}/${FILE.name}`)
  const creator = await peerNameOf(new Uint8Array(32).fill(7))
  return {
    env: { SWARMGRAD_CACHE: await temporaryFolder(t) },
    changes: (config = {}) => ({
      manifest: {
        shards: 2,
        layout: LAYOUT.hash,
        model: MODEL,
        data: { name: 'csv', label: 'sign', partition: { kind: 'iid' } },
        creator,
        sharing: { kind: 'public', files: [{ ...FILE, urls }], epochRounds: 20 },
        ...manifest
      },
      training: { steps },
      strategy: { startPatienceMs: 120_000, intervalMs: 50 },
      config: {
        data: { path: null },
        discovery: { mdns: false, dht: 'off' },
        serveAfterSeconds: 600,
        ...config
      }
    })
  }
}

const nameOf = async (peer: Daemon): Promise<string> =>
  (await peer.says('listening'))['self'] as string

const addressesOf = async (peer: Daemon): Promise<readonly string[]> =>
  (await peer.says('listening'))['addresses'] as string[]

const finalOf = async ({
  state
}: Home): Promise<{ hash: string; samples: number; by: string[] }> => {
  const { hash, samples, signatures } = JSON.parse(
    await readFile(join(state, 'final.json'), 'utf8')
  )
  return { hash, samples, by: signatures.map(({ peer }: { peer: string }) => peer) }
}

/** Two that wait for each other, however long it takes until both are there. */
const startPair = async (t: ExecutionContext, swarm: Swarm) => {
  const ports = await freePorts(2)
  const members = await Promise.all(
    ports.map(async (port) => {
      const seed = randomBytes(32)
      const listen = `/ip4/127.0.0.1/tcp/${port}`
      return { seed, listen, address: `${listen}/p2p/${await peerNameOf(seed)}` }
    })
  )
  const homes = await Promise.all(
    members.map(async ({ seed, listen, address }) => {
      const others = members.filter((other) => other.address !== address)
      const peers = others.map((other) => other.address)
      const home = await homeFor(t, swarm.changes({ listen: [listen], peers }))
      await mkdir(home.state)
      await saveIdentity(home.state, seed)
      return home
    })
  )
  const [first, second] = homes.map((home) => startPeer(t, home, { env: swarm.env }))
  return { homes: [homes[0]!, homes[1]!] as const, peers: [first!, second!] as const }
}

const fetchFrom = async (t: ExecutionContext, home: Home, peer: Daemon) => {
  const node = await createProbeNode()
  t.teardown(() => node.stop())
  const { manifest } = parsePeerConfig(JSON.parse(await readFile(home.config, 'utf8')))
  const source = { peer: await nameOf(peer), addresses: await addressesOf(peer) }
  return fetchReplica({ node, manifest, sources: [source] })
}

const stopAll = async (t: ExecutionContext, peers: readonly Daemon[]): Promise<void> => {
  for (const { code, stderr } of await Promise.all(peers.map((peer) => peer.stop()))) {
    t.is(code, 0, stderr)
  }
}

test('two should fetch the data, share it out, end with one model, sign it and serve it', async (t) => {
  const swarm = await swarmOf(t, [nowhere, lie, give])
  const { homes, peers } = await startPair(t, swarm)
  const names = await Promise.all(peers.map(nameOf))
  // Either has given two sources up, unless the other has fetched the file for both.
  await Promise.any(peers.map((peer) => peer.says(/the server answers 404/)))
  await Promise.any(peers.map((peer) => peer.says(/must have the SHA-256/)))

  // While they train anybody may have what there is.
  await peers[0].nextRound()
  const current = await fetchFrom(t, homes[0], peers[0])
  t.like(current, { final: false, from: names[0], signers: [names[0]] })

  const dealt = await peers[0].says('public data dealt')
  t.true((dealt['rows'] as number) > 0)
  const ended = await Promise.all(
    peers.map((peer) => peer.says('the run has ended; signed its model'))
  )
  const hashes = ended.map(({ hash }) => hash)
  t.is(hashes[0], hashes[1])
  await Promise.all(peers.map((peer) => peer.says('others have ended with the same replica')))

  const fetched = await fetchFrom(t, homes[1], peers[1])
  t.like(fetched, { final: true, hash: hashes[0], samples: ended[0]!['samples'] })
  t.deepEqual([...fetched.signers].sort(), [...names].sort())
  t.deepEqual(fetched.layout, LAYOUT)
  await stopAll(t, peers)
  for (const home of homes) {
    const { hash, samples, by } = await finalOf(home)
    t.is(hash, fetched.hash)
    t.is(samples, fetched.samples!)
    t.deepEqual(by.sort(), [...names].sort())
    const { replica } = await loadReplica(join(home.state, 'replica.safetensors'), LAYOUT)
    t.is(initialHash(replica), fetched.hash)
  }

  // One that comes back after the end serves the same at once, signed by the same.
  const back = startPeer(t, homes[0], { env: swarm.env })
  const again = await fetchFrom(t, homes[0], back)
  t.deepEqual(again.replica, fetched.replica)
  t.like(again, { final: true, hash: fetched.hash, samples: fetched.samples })
  t.deepEqual([...again.signers].sort(), [...names].sort())
  await stopAll(t, [back])
})

test('a run should end at its date, whatever has been trained', async (t) => {
  const ends = Date.now() + 10_000
  const swarm = await swarmOf(t, [give], { ends, shards: 1 }, 4_000_000)
  const home = await homeFor(t, swarm.changes())
  const peer = startPeer(t, home, { env: swarm.env })
  const { hash } = await peer.says('the run has ended; signed its model')
  t.true(Date.now() >= ends)
  t.is((await peer.statusOnce(({ phase }) => phase === 'finished')).phase, 'finished')
  t.like(await fetchFrom(t, home, peer), { final: true, hash })
  await stopAll(t, [peer])
})

test('a peer that leaves before the end should sign nothing, and one that need not serve ends at once', async (t) => {
  const swarm = await swarmOf(t, [give], {}, 4_000_000)
  const home = await homeFor(t, swarm.changes())
  const peer = startPeer(t, home, { env: swarm.env })
  await peer.nextRound()
  await stopAll(t, [peer])
  await t.throwsAsync(finalOf(home), { code: 'ENOENT' })

  const short = await swarmOf(t, [give], { shards: 1 }, 40)
  const other = await homeFor(t, short.changes({ serveAfterSeconds: 0 }))
  const { code, stderr } = await startPeer(t, other, { env: short.env }).exit
  t.is(code, 0, stderr)
  t.is((await finalOf(other)).by.length, 1)
})

test('a peer whose data cannot be had should say why, and not begin', async (t) => {
  const swarm = await swarmOf(t, [nowhere, lie])
  const home = await homeFor(t, swarm.changes())
  const { code, stderr } = await startPeer(t, home, { env: swarm.env }).exit
  t.is(code, 2, stderr)
  t.regex(stderr, /the server answers 404/)
  t.regex(stderr, /must have the SHA-256/)
})
