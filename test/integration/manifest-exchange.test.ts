import type { Stream } from '@libp2p/interface'
import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../src/errors.ts'
import { askManifest, ManifestError } from '../../src/network/door/ask-manifest.ts'
import { fetchManifest } from '../../src/network/door/fetch-manifest.ts'
import { MANIFEST_PROTOCOL, toldBytes } from '../../src/network/door/manifest-messages.ts'
import { ManifestServer } from '../../src/network/door/manifest-server.ts'
import { cidOf } from '../../src/swarm/cid.ts'
import { encodeEnvelope } from '../../src/swarm/envelope.ts'
import { manifestHash } from '../../src/swarm/manifest.ts'
import { manifestOf, signedOf } from '../helpers/signed-swarm.ts'
import { connect, startNode } from './door-harness.ts'

const { cid, bytes: envelope, hash, signature } = await signedOf()

const addressOf = (node: { getMultiaddrs(): readonly { toString(): string }[] }): string =>
  node.getMultiaddrs()[0]!.toString()

const serve = async (t: ExecutionContext, seed: number, served = { cid, envelope }) =>
  startNode(t, seed, [new ManifestServer(served).part])

/** A member that does what it likes with the stream. */
const liar = async (t: ExecutionContext, seed: number, behave: (stream: Stream) => void) => {
  const node = await startNode(t, seed, [])
  await node.handle(MANIFEST_PROTOCOL, ({ stream }) => behave(stream))
  return addressOf(node)
}

const framed = (bytes: Uint8Array, length = bytes.byteLength): Uint8Array => {
  const frame = new Uint8Array(4 + bytes.byteLength)
  new DataView(frame.buffer).setUint32(0, length)
  frame.set(bytes, 4)
  return frame
}

const says = (bytes: Uint8Array) => (stream: Stream) => void stream.sink([bytes]).catch(() => {})

const failure = async (addresses: readonly string[], wanted = cid): Promise<InvalidInputError> => {
  try {
    await fetchManifest(addresses, wanted, { step: 4000 })
  } catch (error) {
    if (error instanceof InvalidInputError) return error
    throw error
  }
  throw new Error('it was fetched')
}

test('should fetch a manifest from a member, checked and signed', async (t) => {
  const address = addressOf(await serve(t, 1))
  const fetched = await fetchManifest([address], cid)
  t.is(fetched.address, address)
  t.is(fetched.signed.hash, hash)
  t.deepEqual(fetched.signed.manifest, manifestOf())
  t.deepEqual(fetched.signed.signature, signature)
})

test('should fetch a manifest as large as one may be', async (t) => {
  // A topology of a MiB is the largest thing in a manifest.
  const topology = { text: 'x'.repeat(1_000_000) }
  const large = await signedOf({ model: { name: 'layers', topology } })
  t.true(large.bytes.byteLength > 1_000_000)
  const address = addressOf(await serve(t, 1, { cid: large.cid, envelope: large.bytes }))
  t.is((await fetchManifest([address], large.cid)).signed.hash, large.hash)
})

const other = await signedOf({ name: 'another swarm' })
const newer = { ...manifestOf(), future: true } as never
const [NOBODY] = ['/ip4/127.0.0.1/tcp/1/p2p/12D3KooWGRUbxSGpuMCSWpZs3rDkRzFCX1ZbhwSJVvAaLKZ4sRTU']

test('should say of each source why it was none, and take the next', async (t) => {
  const told = (bytes: Uint8Array) => says(framed(toldBytes({ envelope: bytes })))
  const forged = encodeEnvelope(manifestOf(), new Uint8Array(64))
  const sources: [address: string, why: RegExp][] = [
    [NOBODY!, /refused the connection/],
    [addressOf(await startNode(t, 1, [])), /does not give out manifests/],
    [addressOf(await serve(t, 2, { cid: other.cid, envelope: other.bytes })), /does not know/],
    [await liar(t, 3, told(other.bytes)), /is another one: bafyrei/],
    [await liar(t, 4, told(forged)), /was not made by 12D3KooW/],
    [await liar(t, 5, told(envelope.subarray(0, 100))), /is no dag-cbor/],
    [await liar(t, 6, says(framed(new Uint8Array(8), 0x7fffffff))), /where \d+ are allowed/],
    [await liar(t, 7, says(framed(new Uint8Array(8), 1000))), /hung up in the middle/],
    [await liar(t, 8, says(framed(Uint8Array.of(1)))), /answered with something else/],
    [await liar(t, 9, () => {}), /took too long to send the manifest/],
    [await liar(t, 10, (stream) => stream.abort(new Error('gone'))), /hung up: /]
  ]
  const addresses = sources.map(([address]) => address)
  const { problems } = await failure(addresses)
  t.is(problems.length, sources.length)
  for (const [address, why] of sources) {
    const problem = problems.find(({ path }) => path === address)!
    t.regex(problem.rule, why)
    t.true(problem.remedy.length > 10)
  }

  const honest = addressOf(await serve(t, 11))
  const seen: string[] = []
  const onFailure = ({ path }: { path: string }) => void seen.push(path)
  const fetched = await fetchManifest([...addresses, honest], cid, { onFailure })
  t.is(fetched.address, honest)
  t.true(seen.length > 0 && seen.every((address) => addresses.includes(address)))
})

test('should not wait for those that stall while another has it', async (t) => {
  const stalling = [await liar(t, 1, () => {}), await liar(t, 2, () => {})]
  const honest = addressOf(await serve(t, 3))
  // An hour for each: the test would end first.
  const fetched = await fetchManifest([...stalling, honest], cid, { step: 3_600_000 })
  t.is(fetched.address, honest)
})

test('should ask nobody else where the manifest itself is to blame', async (t) => {
  const wanted = cidOf(manifestHash(newer))
  const unusable = encodeEnvelope(newer, new Uint8Array(64))
  const address = addressOf(await serve(t, 1, { cid: wanted, envelope: unusable }))
  const { problems } = await failure([address], wanted)
  t.deepEqual(
    problems.map(({ path, rule }) => `${path}: ${rule}`),
    ['manifest.future: unknown key']
  )
})

test('should say so where there is nobody to ask, and end when it is told to', async (t) => {
  t.regex((await failure([])).message, /names no address of a member/)
  const stalling = await liar(t, 1, () => {})
  const stop = new AbortController()
  const fetching = fetchManifest([stalling], cid, { signal: stop.signal })
  stop.abort(new Error('enough'))
  await t.throwsAsync(fetching, { message: 'enough' })
})

test('should tell one connection no more than four times, and answer no nonsense', async (t) => {
  const member = await serve(t, 1)
  const [here] = await connect(await startNode(t, 2, []), member)
  const ask = () => askManifest(here, cid, AbortSignal.timeout(5000))
  for (let i = 0; i < 4; i++) t.is((await ask()).hash, hash)
  const error = await t.throwsAsync(ask(), { instanceOf: ManifestError })
  t.regex(error!.message, /so many of late/)
  for (const bytes of [framed(new Uint8Array(), 257), framed(Uint8Array.of(9)), framed(envelope)]) {
    const stream = await here.newStream(MANIFEST_PROTOCOL)
    await stream.sink([bytes]).catch(() => {})
    await t.throwsAsync(async () => {
      for await (const chunk of stream.source) t.fail(`answered ${chunk.byteLength} bytes`)
    })
  }
})

test('should tell all together no more than so much in a minute', async (t) => {
  const large = await signedOf({
    model: { name: 'layers', topology: { a: 'x'.repeat(1_040_000) } }
  })
  let now = 0
  const server = new ManifestServer({ cid: large.cid, envelope: large.bytes }, () => now)
  const member = await startNode(t, 1, [server.part])
  const ask = async () => {
    const asking = await startNode(t, 2, [])
    const [here] = await connect(asking, member)
    try {
      const limit = () => AbortSignal.timeout(20_000)
      for (let i = 0; i < 4; i++) await askManifest(here, large.cid, limit())
      return 'told'
    } catch (error) {
      return (error as Error).message
    } finally {
      await asking.stop()
    }
  }
  // 64 MiB are 64 of them.
  const fits = Math.floor((64 << 20) / large.bytes.byteLength / 4)
  for (let i = 0; i < fits; i++) t.is(await ask(), 'told')
  t.regex(await ask(), /so many of late/)
  now = 60_000
  t.is(await ask(), 'told')
})
