/**
 * A running peer: identity, compute thread, network and driver, started in this order and stopped in
 * reverse. The event loop here holds ids, deadlines and bytes, never vectors.
 *
 * Invariants: the compute thread answers in order; the driver hears of no link before it has started,
 * because nothing here yields between the network's start and its own; a hostile frame costs its
 * sender the link and no more.
 */
import { randomInt } from 'node:crypto'
import { Neighbourhood } from '../consensus/neighbourhood.ts'
import { createTopology } from '../consensus/topologies.ts'
import { InvalidInputError } from '../errors.ts'
import { addressProblems } from '../network/address-problems.ts'
import { createNetwork } from '../network/libp2p-network.ts'
import type { Network, NetworkHandlers } from '../network/network.ts'
import { peerNameOf } from '../network/peer-name.ts'
import { seeded } from '../random.ts'
import { holdFolder } from '../storage/hold-folder.ts'
import { loadIdentity } from '../storage/identity.ts'
import { RecordStore } from '../storage/record-store.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { PeerCounters } from '../strategy/counters.ts'
import { Driver, type Host } from '../strategy/driver.ts'
import { STRATEGIES } from '../strategy/registry.ts'
import type { Kinds } from '../strategy/strategy.ts'
import { manifestHash, recipeOf } from '../swarm/manifest.ts'
import { Membership } from '../swarm/membership.ts'
import { swarmStreams } from '../swarm/streams.ts'
import { FRAME_OVERHEAD, tagOf } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import { CREDIT_KIND } from '../wire/link-end.ts'
import { addressBook } from './address-book.ts'
import type { Measure } from './compute-messages.ts'
import { type ComputeThread, startComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import { HeldLinks } from './held-links.ts'
import { InOrder } from './in-order.ts'
import { loadingLog } from './loading-log.ts'
import type { Log } from './log.ts'
import { Reporter } from './reporter.ts'
import { Signatures } from './signatures.ts'
import { Timers } from './timers.ts'

export interface Peer {
  readonly counters: PeerCounters
  readonly compute: ComputeThread
  readonly network: Network
  /** Settles when no more rounds will come and nothing is owed; rejects when the peer is broken. */
  readonly finished: Promise<void>
  /** Give up the round in progress and part from the neighbours. */
  leave(): void
  /** This, `save` and `fingerprint` reject, like `finished`, when the compute thread dies. */
  measure(): Promise<Measure>
  save(path: string): Promise<void>
  /** A hash that equal replicas share; null where the strategy has none. */
  fingerprint(): Promise<string | null>
  stop(): Promise<void>
}

/** randomInt draws below 2^48. */
const MAX_SEED = 2 ** 47
/** How often silent members are looked for. */
const EXPIRE_MS = 30_000

/** @throws InvalidInputError when the data, the manifest or an address cannot be used */
export const startPeer = async (
  config: PeerConfig,
  log: Log,
  onRecord: (record: RoundRecord) => void
): Promise<Peer> => {
  const { manifest, shard, backend, diagnostics } = config
  const problems = addressProblems(config.peers)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const recipe = recipeOf(manifest)
  const hash = manifestHash(manifest)
  const book = addressBook(config.peers)
  const counters = new PeerCounters()
  const timers = new Timers()
  const membership = new Membership(book.keys())

  const identitySeed = await loadIdentity(config.state)
  // Two processes with one identity would sign different things under the same numbers.
  const letGo = await holdFolder(config.state)
  const owner = { manifest: hash, self: await peerNameOf(identitySeed) }
  const { store, records, cut } = await RecordStore.open<Kinds['record']>(config.state, owner)
  if (cut > 0) log.warn({ bytes: cut }, 'cut off a record that was not written to its end')
  const finished = Promise.withResolvers<void>()
  const crashed = Promise.withResolvers<never>()
  // Whoever started the peer looks at it later; until then a failure is nobody's unhandled one.
  crashed.promise.catch(() => {})
  /** What the strategy throws is a bug: the peer ends with it, instead of living on deaf. */
  const guard = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      crashed.reject(error)
    }
  }
  const compute = await startComputeThread(
    {
      manifest,
      shard,
      dataPath: config.data.path,
      weightsPath: config.weights.path,
      backend,
      diagnostics
    },
    { loading: loadingLog(log), crashed: crashed.reject }
  )
  for (const sentence of compute.explanation) log.info(`backend ${sentence}`)
  log.info({ backend: compute.backend, rows: compute.rows }, 'data loaded')

  const strategy = STRATEGIES[recipe.strategy.name]!.create(recipe, compute.layout, {
    manifest: hash,
    peers: manifest.shards,
    diagnostics: false
  })
  let driver: Driver<Kinds> | null = null
  const handlers: NetworkHandlers = {
    link: (peer, state) => {
      log.info({ peer, state }, 'link')
      links[state](peer)
      guard(() => driver?.link(peer, state))
    },
    message: (peer, channel, frame, consumed) => {
      guard(() => driver?.frame(peer, channel, frame))
      // Credit bounds what waits for the compute thread, too.
      compute.afterAll(consumed)
    },
    rejected: (peer, reason) => {
      counters.reject(reason)
      log.warn({ peer, reason }, 'frame rejected')
    },
    sent: (_, kind, bytes) => {
      if (kind === CREDIT_KIND) counters.traffic.countSent(kind, bytes)
    },
    received: (_, _kind, bytes) => counters.traffic.countReceived(bytes),
    presence: (peer, { addresses }) => {
      // What the operator has configured stays: a peer may not know how others can reach it.
      network.introduce(peer, [...(book.get(peer) ?? []), ...addresses])
      if (!membership.present(peer, performance.now())) return
      guard(() => driver?.members(membership.others))
    }
  }
  const network = await createNetwork(
    {
      identitySeed,
      listen: config.listen,
      manifestHash: hash,
      tag: { manifest: tagOf(hash), layout: tagOf(manifest.layout) },
      limits: wireLimits(strategy.codec.maxBody)
    },
    handlers
  ).catch(async (error: unknown) => {
    await compute.stop()
    await letGo()
    throw error
  })
  const links = new HeldLinks(network)
  const signatures = new Signatures(identitySeed)
  const signing = new InOrder(crashed.reject)
  const verifying = new InOrder(crashed.reject)
  const persisting = new InOrder(crashed.reject)
  const reporter = new Reporter({ config, compute, network, counters, log, onRecord })
  const host: Host<Kinds> = {
    now: () => performance.now(),
    compute: (job) =>
      compute.request({ type: 'job', job }, (answer) => {
        const { type } = answer
        if (type === 'job') guard(() => driver?.computed(answer.result))
      }),
    send: (to, message, delivery) => {
      // Counted with the round that says it; what leaves a moment later would be nobody's.
      counters.traffic.countSent(message.kind, FRAME_OVERHEAD + message.body.byteLength)
      network.send(to, message, delivery)
    },
    release: (peer) => links.release(peer),
    timer: (name, after) => timers.arm(name, after, () => guard(() => driver?.timer(name))),
    want: (peers) => links.want(peers),
    sign: (digest) =>
      signing.add(signatures.sign(digest), (signature) => guard(() => driver?.signed(signature))),
    verify: (claims) =>
      verifying.add(signatures.verify(claims), (valid) => guard(() => driver?.verified(valid))),
    persist: (record, replaces) => {
      const kept = replaces ? store.replace(record) : store.append(record)
      persisting.add(kept, () => guard(() => driver?.persisted(record)))
    },
    chosen: (values) => counters.choose(values),
    notice: (text) => log.warn(text),
    rejected: (peer, reason) => network.reject(peer, reason),
    roundCompleted: (outcome) => {
      counters.round(outcome)
      void reporter.completed(outcome)
    },
    finished: () => finished.resolve()
  }
  const topology = createTopology(recipe.topology, swarmStreams(recipe.seed).topology)
  const neighbourhood = new Neighbourhood(topology, network.self, membership.others)
  const nonces = seeded(randomInt(MAX_SEED))
  driver = new Driver(strategy, network.self, nonces, neighbourhood, host, 0, config.budget)
  for (const [peer, addresses] of book) network.introduce(peer, addresses)
  log.info({ self: network.self, addresses: network.addresses() }, 'listening')
  timers.every(EXPIRE_MS, () => {
    if (membership.expire(performance.now())) guard(() => driver?.members(membership.others))
  })
  reporter.announce(0, null)
  guard(() => driver?.start(records))

  return {
    counters,
    compute,
    network,
    finished: Promise.race([finished.promise, crashed.promise]),
    leave: () => guard(() => driver?.leave()),
    measure: () => Promise.race([reporter.measure(true), crashed.promise]),
    save: (path) => {
      const saved = new Promise<void>((resolve) => {
        compute.request({ type: 'save', path }, () => resolve())
      })
      return Promise.race([saved, crashed.promise])
    },
    fingerprint: () => {
      const known = new Promise<string | null>((resolve) => {
        compute.request({ type: 'fingerprint' }, (answer) => {
          if (answer.type !== 'fingerprint') return
          log.info({ replicaHash: answer.fingerprint }, 'the end')
          resolve(answer.fingerprint)
        })
      })
      return Promise.race([known, crashed.promise])
    },
    stop: async () => {
      timers.clear()
      driver = null
      await network.stop()
      await compute.stop()
      await store.close()
      await letGo()
    }
  }
}
