import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { signEnvelope } from '../../src/network/door/signing.ts'
import { createPeer, type EmbeddedPeer } from '../../src/peer/create-peer.ts'
import { resolveLink } from '../../src/peer/resolve-link.ts'
import { freePorts } from '../../src/simulation/live/ports.ts'
import { toBase64url } from '../../src/swarm/base64url.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import { temporaryFolder } from '../helpers/program.ts'
import { CREATOR_SEED, manifestOf } from '../helpers/signed-swarm.ts'

const DEAD = '12D3KooWGC6TvWhfajpRX6wvJHYYvKpDMXPb3ZnCZ6dMoaMtimQ5'

/** A swarm that goes on for longer than any test. */
const swarmOf = async (name: string) => {
  const manifest = manifestOf({
    name,
    layout: layoutOf([{ name: 'x', shape: [64] }]).hash,
    strategy: { name: 'delta-set', intervalMs: 1000 },
    training: { learningRate: 0.1, batch: 1, steps: 1_000_000 }
  })
  return { manifest, ...(await signEnvelope(manifest, CREATOR_SEED)) }
}

const startMember = async (
  t: ExecutionContext,
  { manifest, signature }: Awaited<ReturnType<typeof swarmOf>>,
  bootstrap: readonly string[]
): Promise<EmbeddedPeer> => {
  const peer = await createPeer({
    manifest,
    signature: toBase64url(signature),
    bootstrap: [...bootstrap],
    state: join(await temporaryFolder(t), 'state'),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    discovery: { mdns: false, dht: 'own' }
  })
  t.teardown(() => peer.stop())
  return peer
}

test('one address of anybody in the DHT should be enough to find a member', async (t) => {
  const [others, wanted] = [await swarmOf('others'), await swarmOf('wanted')]
  const stranger = await startMember(t, others, [])
  const member = await startMember(t, wanted, stranger.addresses())
  const [port] = await freePorts(1)
  const dead = `/ip4/127.0.0.1/tcp/${port}/p2p/${DEAD}`
  const failures: string[] = []
  const found = await resolveLink(
    { cid: wanted.cid, peers: [dead, ...stranger.addresses()] },
    {
      signal: AbortSignal.timeout(120_000),
      onFailure: ({ path }) => failures.push(path),
      onPause: () => {}
    }
  )
  t.is(found?.signed.hash, wanted.hash)
  t.true(member.addresses().includes(found?.address ?? ''))
  t.true(failures.includes(dead), 'who does not have it is named all the same')
  for (const address of stranger.addresses()) t.true(failures.includes(address))
})
