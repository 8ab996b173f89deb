/** Fetching a model over loopback, from servers that do as they should and from others. */
import { decode, encode } from '@ipld/dag-cbor'
import type { Libp2p, Stream } from '@libp2p/interface'
import test, { type ExecutionContext } from 'ava'
import { answerOn } from '../../src/network/door/exchange.ts'
import { peerNameOf } from '../../src/network/peer-name.ts'
import { createProbeNode } from '../../src/network/probe/probe-node.ts'
import {
  type FetchedReplica,
  type FetchOptions,
  fetchReplica
} from '../../src/network/replica/fetch-replica.ts'
import { hashOf, memoryOf } from '../../src/network/replica/float-bytes.ts'
import {
  MAX_REQUEST_BYTES,
  PART_BYTES,
  replicaProtocol
} from '../../src/network/replica/messages.ts'
import {
  type ReplicaPartOptions,
  ReplicaServer,
  type Vouched
} from '../../src/network/replica/serve-replica.ts'
import type { ReplicaAddress } from '../../src/network/replica/source.ts'
import { Signatures } from '../../src/peer/signatures.ts'
import { currentDigest, finalDigest } from '../../src/swarm/final.ts'
import { type Manifest, manifestHash, manifestSchema } from '../../src/swarm/manifest.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { createPeer, seedOf } from './network-harness.ts'

/** Three parts, and some. */
const LENGTH = 3 * (PART_BYTES / 4) + 17
const LAYOUT = layoutOf([
  { name: 'a', shape: [17] },
  { name: 'b', shape: [3, PART_BYTES / 4] }
])
const SAMPLES = 12_345

const manifestWith = (fields: object = {}): Manifest =>
  manifestSchema.parse({
    name: 'fetched',
    shards: 2,
    layout: LAYOUT.hash,
    model: { name: 'mlp' },
    data: { name: 'glyphs' },
    training: { learningRate: 0.1, steps: 8 },
    strategy: { name: 'delta-set' },
    topology: { name: 'full' },
    ...fields
  })
const MANIFEST = manifestWith()

const replicaOf = (seed: number): Vector =>
  Float32Array.from({ length: LENGTH }, (_, i) => Math.sin(seed + i))
const REPLICA = replicaOf(1)
const HASH = hashOf(memoryOf(REPLICA))

/** What members sign; `final`: so that all these say so. */
const vouchFor = async (
  hash: string,
  round: number,
  members: readonly number[],
  final: boolean,
  manifest = MANIFEST
): Promise<Vouched> => {
  const bytes = Uint8Array.from(Buffer.from(hash, 'hex'))
  const swarm = manifestHash(manifest)
  const digest = final ? finalDigest(swarm, bytes, SAMPLES) : currentDigest(swarm, bytes, round)
  const signatures = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const member of members) {
    const signature = await new Signatures(seedOf(member)).sign(digest)
    signatures.set(await peerNameOf(seedOf(member)), signature)
  }
  return { final, samples: final ? SAMPLES : 0, signatures }
}

interface Serving {
  readonly replica?: Vector
  readonly round?: number
  /** Who have signed; the first is the server's own. */
  readonly signers?: readonly number[]
  readonly final?: boolean
  readonly manifest?: Manifest
  readonly options?: Partial<ReplicaPartOptions>
}

/** An honest member, with a whole network of its own. */
const serveAs = async (t: ExecutionContext, seed: number, serving: Serving = {}) => {
  const { replica = REPLICA, round = 7, signers = [seed], final = false } = serving
  const { manifest = MANIFEST } = serving
  const taken: number[] = []
  const server = new ReplicaServer({
    manifestHash: manifestHash(manifest),
    layout: LAYOUT,
    take: async () => {
      taken.push(round)
      const copy = replica.slice()
      return { replica: copy, hash: hashOf(memoryOf(copy)), round }
    },
    vouch: ({ hash }) => vouchFor(hash, round, signers, final, manifest),
    ...serving.options
  })
  const { network, name } = await createPeer(t, seed, { parts: [server.part] })
  const address: ReplicaAddress = { peer: name, addresses: network.addresses() }
  return { address, server, taken, name }
}

type Answer = (request: { type: string; from?: number }, stream: Stream) => Promise<Uint8Array>

/** One that answers as it likes. */
const lieAs = async (t: ExecutionContext, answer: Answer): Promise<ReplicaAddress> => {
  const node = await createProbeNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  t.teardown(() => node.stop())
  await node.handle(
    replicaProtocol(manifestHash(MANIFEST)),
    ({ stream }) => {
      const signal = AbortSignal.timeout(60_000)
      answerOn(stream, MAX_REQUEST_BYTES, signal, async (bytes) =>
        answer(decode(bytes), stream)
      ).catch(() => undefined)
    },
    { maxInboundStreams: 8 }
  )
  return {
    peer: node.peerId.toString(),
    addresses: node.getMultiaddrs().map((address) => address.toString())
  }
}

const clientOf = async (t: ExecutionContext): Promise<Libp2p> => {
  const node = await createProbeNode()
  t.teardown(() => node.stop())
  return node
}

interface Outcome {
  readonly found: FetchedReplica | null
  readonly failed: ReadonlyArray<readonly [peer: string, why: string]>
  readonly error: Error | null
}

const fetchFrom = async (
  t: ExecutionContext,
  sources: readonly ReplicaAddress[],
  options: Partial<FetchOptions> = {}
): Promise<Outcome> => {
  const failed: Array<readonly [string, string]> = []
  const asked = fetchReplica({
    node: await clientOf(t),
    manifest: MANIFEST,
    sources,
    onFailed: (peer, why) => void failed.push([peer, why]),
    ...options
  })
  return asked.then(
    (found) => ({ found, failed, error: null }),
    (error: Error) => ({ found: null, failed, error })
  )
}

const headOf = async (
  node: { peer: string; seed: number },
  fields: object = {}
): Promise<Uint8Array> => {
  const { signatures } = await vouchFor(HASH, 7, [node.seed], true)
  return encode({
    type: 'head',
    hash: Uint8Array.from(Buffer.from(HASH, 'hex')),
    tensors: LAYOUT.tensors.map(({ name, shape }) => [name, [...shape]]),
    round: 7,
    final: true,
    samples: SAMPLES,
    signatures: [...signatures].map(([peer, signature]) => ({ peer, signature })),
    ...fields
  })
}

/** A server of a known identity whose parts are what `part` makes of the right ones. */
const partsAs = async (
  t: ExecutionContext,
  seed: number,
  part: (bytes: Uint8Array, from: number, stream: Stream) => Promise<Uint8Array> | Uint8Array,
  head: object = {}
): Promise<ReplicaAddress> => {
  const name = await peerNameOf(seedOf(seed))
  const answer: Answer = async ({ type, from = 0 }, stream) => {
    if (type === 'head') return headOf({ peer: name, seed }, head)
    const bytes = memoryOf(REPLICA).slice(from, from + PART_BYTES)
    return encode({ type: 'part', bytes: await part(bytes, from, stream) })
  }
  const protocol = replicaProtocol(manifestHash(MANIFEST))
  const { network } = await createPeer(t, seed, {
    parts: [
      {
        attach: (node) => {
          void node.handle(
            protocol,
            ({ stream }) => {
              const signal = AbortSignal.timeout(60_000)
              answerOn(stream, MAX_REQUEST_BYTES, signal, async (bytes) =>
                answer(decode(bytes), stream)
              ).catch(() => undefined)
            },
            { maxInboundStreams: 8 }
          )
          return undefined
        }
      }
    ]
  })
  return { peer: name, addresses: network.addresses() }
}

test('should fetch the current replica, signed by whoever serves it', async (t) => {
  const { address, name } = await serveAs(t, 11)
  const seen: number[] = []
  const { found, failed } = await fetchFrom(t, [address], {
    onProgress: (bytes, total) => {
      t.is(total, 4 * LENGTH)
      seen.push(bytes)
    }
  })
  t.deepEqual(failed, [])
  t.deepEqual(found!.replica, REPLICA)
  t.deepEqual(found!.layout, LAYOUT)
  t.like(found!, { hash: HASH, final: false, round: 7, samples: null, from: name })
  t.deepEqual(found!.signers, [name])
  t.deepEqual(seen, [1, 2, 3].map((n) => n * PART_BYTES).concat(4 * LENGTH))
})

test('should fetch the final one where somebody has it, with all who have signed it', async (t) => {
  const training = await serveAs(t, 11, { replica: replicaOf(2), round: 9 })
  const ended = await serveAs(t, 12, { final: true, signers: [12, 13, 14] })
  const { found } = await fetchFrom(t, [training.address, ended.address])
  t.like(found!, { hash: HASH, final: true, samples: SAMPLES, from: ended.name })
  t.deepEqual(found!.signers, await Promise.all([12, 13, 14].map((n) => peerNameOf(seedOf(n)))))
  t.deepEqual(found!.otherFinals, [])

  const only = await fetchFrom(t, [training.address], { want: 'final' })
  t.is(only.found, null)
  t.regex(only.error!.message, new RegExp(`${training.name} is still training`))
})

test('a final model that one signs while more still train should not count as such', async (t) => {
  const [one, two] = await Promise.all([
    serveAs(t, 11, { round: 9 }),
    serveAs(t, 12, { replica: replicaOf(3), round: 8 })
  ])
  const liar = await serveAs(t, 13, { replica: replicaOf(4), final: true })
  const { found } = await fetchFrom(t, [liar.address, two.address, one.address])
  t.like(found!, { final: false, round: 9, from: one.name })
  t.is(found!.otherFinals.length, 1)
})

test('should name every source that cannot be used, and go on to the next', async (t) => {
  const good = await serveAs(t, 11)
  const other = layoutOf([{ name: 'c', shape: [4] }])
  const silent = await lieAs(t, () => new Promise(() => {}))
  const garbage = await lieAs(t, async () => new Uint8Array(9))
  const long = await lieAs(t, async () => new Uint8Array(2 << 20))
  const vanishing = await lieAs(t, async (_, stream) => {
    stream.abort(new Error('gone'))
    return new Uint8Array(0)
  })
  const deep = await lieAs(t, async () => {
    const bytes = new Uint8Array(100_000).fill(0x81)
    return bytes
  })
  const strange = await lieAs(t, () =>
    headOf(
      { peer: '', seed: 3 },
      { tensors: other.tensors.map(({ name, shape }) => [name, [...shape]]) }
    )
  )
  const unsigned = await lieAs(t, () => headOf({ peer: '', seed: 3 }))
  const none = await lieAs(t, async () => encode({ type: 'refused', why: 'busy' }))
  const nothing = (await serveAs(t, 14, { options: { take: async () => null } })).address
  const elsewhere = await serveAs(t, 15, { manifest: manifestWith({ name: 'other' }) })
  const gone: ReplicaAddress = {
    peer: await peerNameOf(seedOf(99)),
    addresses: ['/ip4/127.0.0.1/tcp/9']
  }
  const another: ReplicaAddress = { peer: gone.peer, addresses: good.address.addresses }
  const nowhere: ReplicaAddress = { peer: gone.peer, addresses: ['no address'] }
  const expected: ReadonlyArray<readonly [ReplicaAddress, RegExp]> = [
    [silent, /did not answer within 3 s/],
    [garbage, /answered what is no description of a replica/],
    [deep, /answered what is no description of a replica/],
    [long, /sent 2097152 bytes where 1048576 are allowed/],
    [vanishing, /./],
    [strange, /has a model of another layout/],
    [unsigned, /has not signed what it offers/],
    [none, /serves as many others as it can/],
    [nothing, /has no replica yet/],
    [elsewhere.address, /does not serve this model/],
    [gone, /cannot be reached/],
    [another, /has no address that can be dialled/],
    [nowhere, /has no address that can be dialled/]
  ]
  const bad = expected.map(([address]) => address)
  const timings = { head: 3000 }
  const { found, failed } = await fetchFrom(t, [...bad, good.address], { timings })
  t.is(found!.from, good.name)
  t.is(failed.length, bad.length)
  for (const [{ peer }, why] of expected) {
    const said = failed.filter(([name]) => name === peer).map(([, text]) => text)
    t.true(
      said.some((text) => why.test(text)),
      `${why}: ${said}`
    )
  }
  const without = await fetchFrom(t, bad.slice(1, 3))
  t.is(without.error!.name, 'RunFailedError')
  for (const { peer } of bad.slice(1, 3)) t.true(without.error!.message.includes(peer))
  const nobody = await fetchFrom(t, [])
  t.regex(nobody.error!.message, /nobody is known who may have it/)
})

test('should go on at the next source where one stalls or vanishes', async (t) => {
  const asked: number[] = []
  const stalls = await partsAs(t, 21, (bytes, from) =>
    from < 2 * PART_BYTES ? bytes : new Promise(() => {})
  )
  const vanishes = await partsAs(t, 22, (bytes, from, stream) => {
    if (from >= 3 * PART_BYTES) stream.abort(new Error('gone'))
    return bytes
  })
  const good = await partsAs(t, 23, (bytes, from) => {
    asked.push(from)
    return bytes
  })
  const timings = { part: 2000 }
  const { found, failed } = await fetchFrom(t, [stalls, vanishes, good], { timings })
  t.deepEqual(found!.replica, REPLICA)
  t.is(found!.from, good.peer)
  t.deepEqual(
    failed.map(([peer]) => peer),
    [stalls.peer, vanishes.peer]
  )
  // What the two have sent is not asked for again.
  t.deepEqual(asked, [3 * PART_BYTES])
})

test('should find out who lies, and take nothing of it', async (t) => {
  const flipped = (bytes: Uint8Array, from: number): Uint8Array => {
    if (from === PART_BYTES) bytes[5]! ^= 1
    return bytes
  }
  const liar = await partsAs(t, 21, flipped)
  const short = await partsAs(t, 22, (bytes) => bytes.subarray(1))
  const good = await partsAs(t, 23, (bytes) => bytes)
  const { found, failed } = await fetchFrom(t, [liar, short, good])
  t.deepEqual(found!.replica, REPLICA)
  t.deepEqual(failed, [
    [liar.peer, 'sent something else than it had said'],
    [short.peer, `sent ${PART_BYTES - 1} bytes of a part of ${PART_BYTES}`]
  ])
  const all = await fetchFrom(t, [liar, short])
  t.is(all.found, null)
  t.is(all.failed.length, 2)
})

test('should not blame a source for what a liar before it has left', async (t) => {
  const liar = await partsAs(t, 21, (bytes, from) => {
    if (from > 0) return new Uint8Array(0)
    bytes[5]! ^= 1
    return bytes
  })
  const good = await partsAs(t, 22, (bytes) => bytes)
  const { found, failed } = await fetchFrom(t, [liar, good])
  t.deepEqual(found!.replica, REPLICA)
  t.deepEqual(
    failed.map(([peer]) => peer),
    [liar.peer]
  )
})

test('only those that a manifest lists should count', async (t) => {
  const peers = await Promise.all([11, 13].map((n) => peerNameOf(seedOf(n))))
  const manifest = manifestWith({ admission: { kind: 'allow-list', peers } })
  const listed = await serveAs(t, 11, { final: true, signers: [11, 12, 13], manifest })
  const stranger = await serveAs(t, 12, { final: true, signers: [12, 11, 13], manifest })
  const { found, failed } = await fetchFrom(t, [stranger.address, listed.address], { manifest })
  t.is(found!.from, listed.name)
  t.deepEqual([...found!.signers].sort(), [...peers].sort())
  t.regex(failed[0]![1], /has not signed what it offers, or is no member/)
})

test('should refuse a model that is larger than allowed before anything comes', async (t) => {
  const { address } = await serveAs(t, 11)
  const { error } = await fetchFrom(t, [address], { maxBytes: 4 * LENGTH - 1 })
  t.regex(error!.message, /at most \d+ are taken/)
})

test('should stop when it is told to', async (t) => {
  const silent = await partsAs(t, 21, () => new Promise(() => {}))
  const controller = new AbortController()
  const asked = fetchFrom(t, [silent], { signal: controller.signal })
  setImmediate(() => controller.abort(new Error('enough')))
  t.is((await asked).error!.message, 'enough')
})

test('one copy should do for all who ask at a time, and a new one come when it has changed', async (t) => {
  const { address, taken, server } = await serveAs(t, 11)
  await Promise.all([1, 2, 3].map(() => fetchFrom(t, [address])))
  t.is(taken.length, 1)
  server.changed()
  const { found } = await fetchFrom(t, [address])
  t.is(found!.hash, HASH)
  t.is(taken.length, 2)
})

test('whoever is in the middle of a copy should not lose it to the next who asks', async (t) => {
  let replica = replicaOf(1)
  const timings = { every: 0 }
  const take = async () => {
    replica = replicaOf(replica[0]! > 0.5 ? 1 : 2)
    return { replica: replica.slice(), hash: hashOf(memoryOf(replica)), round: 7 }
  }
  const { address } = await serveAs(t, 11, { options: { timings, take } })
  const second: Array<Promise<Outcome>> = []
  const first = await fetchFrom(t, [address], {
    onProgress: (bytes) => {
      if (bytes === PART_BYTES) second.push(fetchFrom(t, [address]))
    }
  })
  t.deepEqual(first.failed, [])
  t.deepEqual((await second[0]!).failed, [])
})

test('should ask again where a source has another replica by now', async (t) => {
  const { address, server, taken } = await serveAs(t, 11)
  let asked = 0
  const { found, failed } = await fetchFrom(t, [address], {
    onProgress: () => {
      if (asked++ === 0) server.changed()
    }
  })
  t.deepEqual(failed, [[address.peer, 'has another replica by now']])
  t.is(found!.hash, HASH)
  t.is(taken.length, 2)
})
