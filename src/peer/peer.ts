/**
 * A running peer: identity, what it holds (session.ts), network, strategy, and what it tells of itself.
 * Started in this order and stopped in reverse. The event loop here holds ids, deadlines and bytes,
 * never vectors.
 *
 * Invariants: whatever was started is stopped when something later fails; nothing yields between the
 * network's start and the strategy's, so that no link is missed; a hostile frame costs its sender the
 * link and no more.
 */
import { InvalidInputError, RunFailedError } from '../errors.ts'
import { addressProblems } from '../network/address-problems.ts'
import { createNetwork } from '../network/libp2p-network.ts'
import type { Network, NetworkHandlers } from '../network/network.ts'
import { peerNameOf } from '../network/peer-name.ts'
import { holdFolder } from '../storage/hold-folder.ts'
import { loadIdentity } from '../storage/identity.ts'
import { PeerBook } from '../storage/peer-book.ts'
import { replicaBytes } from '../storage/replica-file.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { PeerCounters } from '../strategy/counters.ts'
import { manifestHash } from '../swarm/manifest.ts'
import type { Role } from '../swarm/role.ts'
import { tagOf } from '../wire/frame.ts'
import { wireLimits } from '../wire/limits.ts'
import { CREDIT_KIND } from '../wire/link-end.ts'
import { Announcer } from './announcer.ts'
import type { Measure } from './compute-messages.ts'
import { ask, type ComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import { Contacts } from './contacts.ts'
import { DiskUse } from './disk-use.ts'
import { ratesOf } from './limits/rates.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor/monitor.ts'
import { openMonitor } from './open-monitor.ts'
import { Reporter } from './reporter.ts'
import { type RunningStrategy, runStrategy } from './run-strategy.ts'
import { openSession, type Session } from './session.ts'
import { Signatures } from './signatures.ts'
import { Timers } from './timers.ts'
import { TrainingTimes } from './training-times.ts'
import { Undo } from './undo.ts'

export interface PeerOptions {
  readonly log: Log
  readonly version: string
  readonly onRecord: (record: RoundRecord) => void
}

export interface Peer {
  readonly counters: PeerCounters
  /** Null: it has no replica (a bootstrap peer). */
  readonly compute: ComputeThread | null
  readonly network: Network
  readonly monitor: Monitor
  /** Settles when no more rounds will come and nothing is owed; rejects when the peer is broken. */
  readonly finished: Promise<void>
  /** Finish the round in progress, keep what there is and part from the neighbours. */
  leave(): void
  /**
   * What may change while it runs: budget, addresses, rates, schedule. All of it, or nothing.
   * @throws InvalidInputError when an address is none
   */
  reload(config: PeerConfig): void
  /** This, `save`, `replica` and `fingerprint` reject, like `finished`, when the compute thread dies. */
  measure(): Promise<Measure>
  /** Rejects with file, reason and remedy when the disk refuses it, too. */
  save(path: string): Promise<void>
  /** As a safetensors file. */
  replica(): Promise<Uint8Array>
  /** A hash that equal replicas share; null where the strategy has none. */
  fingerprint(): Promise<string | null>
  stop(): Promise<void>
}

const TICK_MS = 1000
/** Between two changes of the members that the strategy is told of. */
const MEMBERS_MS = 1000
/** How often silent members are looked for, others met, and the peer book and the disk seen to. */
const HOUSEKEEPING_MS = 15_000

/** @throws InvalidInputError when the data, the manifest, what was kept or an address cannot be used */
export const startPeer = async (config: PeerConfig, options: PeerOptions): Promise<Peer> => {
  const undo = new Undo()
  try {
    return await start(config, options, undo)
  } catch (error) {
    // Whatever goes wrong on the way back, this was first.
    await undo.all().catch(() => {})
    throw error
  }
}

const checkAddresses = ({ peers, bootstrap }: PeerConfig): void => {
  const problems = [...addressProblems('peers', peers), ...addressProblems('bootstrap', bootstrap)]
  if (problems.length > 0) throw new InvalidInputError(problems)
}

const start = async (
  config: PeerConfig,
  { log, version, onRecord }: PeerOptions,
  undo: Undo
): Promise<Peer> => {
  checkAddresses(config)
  const counters = new PeerCounters()
  const finished = Promise.withResolvers<void>()
  const crashed = Promise.withResolvers<never>()
  // Whoever started the peer looks at it later; until then a failure is nobody's unhandled one.
  crashed.promise.catch(() => {})

  // Two processes with one identity would sign different things under the same numbers.
  undo.add(await holdFolder(config.state))
  const identitySeed = await loadIdentity(config.state)
  const self = await peerNameOf(identitySeed)
  const disk = new DiskUse(config.state)
  const monitor = await openMonitor({ config, self, version, log, undo }, disk, () => network)

  const session: Session | null =
    config.role === 'bootstrap'
      ? null
      : await openSession({
          config,
          program: `swarmgrad ${version}`,
          log,
          monitor,
          self,
          crashed: crashed.reject,
          undo
        })
  const manifest = session?.manifest ?? config.manifest
  const hash = manifestHash(manifest)
  if (session !== null) {
    const { backend, layout } = session.compute
    disk.watch(session.usage)
    const model = { name: manifest.model.name, parameters: layout.length }
    monitor.about({ backend, model })
  }
  const { book, notice } = await PeerBook.open(config.state, hash)
  if (notice !== null) {
    log.warn(notice)
    monitor.raise('state-damaged')
  }
  undo.add(() => book.close())

  let network: Network | null = null
  let strategy: RunningStrategy | null = null
  let over = false
  const times = new TrainingTimes(config, new Date())

  const handlers: NetworkHandlers = {
    link: (peer, state) => {
      log.info({ peer, state }, 'link')
      monitor.link(peer, state)
      announcer.link(peer, state)
      strategy?.link(peer, state)
    },
    message: (peer, channel, frame, consumed) => {
      if (strategy === null) consumed()
      else strategy.frame(peer, channel, frame, consumed)
    },
    rejected: (peer, reason) => {
      counters.reject(reason)
      monitor.rejected(peer, reason)
      log.warn({ peer, reason }, 'frame rejected')
    },
    sent: (peer, kind, bytes) => {
      if (kind !== CREDIT_KIND) return
      counters.traffic.countSent(kind, bytes)
      monitor.sent(peer, kind, bytes)
    },
    received: (peer, _kind, bytes) => {
      counters.traffic.countReceived(bytes)
      monitor.received(peer, bytes)
    },
    presence: (peer, said) => {
      monitor.presence(peer, said)
      if (contacts.presence(peer, said, performance.now())) membersChanged()
    }
  }
  network = await createNetwork(
    {
      identitySeed,
      listen: config.listen,
      manifestHash: hash,
      tag: { manifest: tagOf(hash), layout: tagOf(manifest.layout) },
      limits: session === null ? null : wireLimits(session.strategy.codec.maxBody),
      connections: config.limits.connections,
      rates: ratesOf(config.limits)
    },
    handlers
  )
  const net = network
  undo.add(() => net.stop())
  // Who pauses counts among those that train no more than an observer.
  const roleNow = (): Role => (config.role === 'trainer' && !times.open ? 'observer' : config.role)
  const announcer = new Announcer(net, { role: roleNow(), round: session?.round ?? 0 })
  const introduce = (peer: string, addresses: readonly string[]): void =>
    net.introduce(peer, addresses)
  const contacts = new Contacts({ self, role: config.role, book, introduce }, config)
  const timers = new Timers()
  undo.add(() => timers.clear())
  const tellMembers = (): void => {
    strategy?.members(contacts.members)
    monitor.members(contacts.known)
  }
  let toldMembers = -Infinity
  /** Who comes and goes all the time must not have the graph drawn anew each time. */
  const membersChanged = (): void => {
    const wait = toldMembers + MEMBERS_MS - performance.now()
    timers.arm('members', Math.max(0, wait), () => {
      toldMembers = performance.now()
      tellMembers()
    })
  }
  log.info({ self, addresses: net.addresses() }, 'listening')
  monitor.about({ addresses: net.addresses() })

  const showPhase = (training: boolean): void => {
    if (over) return
    if (config.role !== 'trainer') monitor.phase('following')
    else if (!times.open) monitor.phase('paused', times.next(new Date()))
    else monitor.phase(training ? 'training' : 'joining')
  }
  // A first round may begin at once.
  showPhase(false)
  const signatures = new Signatures(identitySeed)
  if (session !== null) {
    const parts = { config, compute: session.compute, announcer, monitor, counters, log, onRecord }
    const reporter = new Reporter(parts)
    strategy = runStrategy({
      config,
      session,
      network: net,
      members: contacts.members,
      trains: roleNow() === 'trainer',
      signatures,
      monitor,
      counters,
      log,
      crashed: crashed.reject,
      onRoundBegan: () => showPhase(true),
      onRound: (outcome) => void reporter.completed(outcome).catch(crashed.reject),
      onReplica: (cut, hash) => {
        monitor.replica(cut, hash)
        announcer.say({ replica: { cut, hash } })
      },
      onFinished: () => {
        monitor.phase('finished')
        finished.resolve()
      }
    })
    const { stop } = strategy
    undo.add(stop)
  }
  tellMembers()
  announcer.say({})
  net.meet(contacts.toMeet())

  const seeToSchedule = (): void => {
    if (config.role !== 'trainer' || !times.look(new Date())) return
    strategy?.training(times.open)
    announcer.say({ role: roleNow() })
    showPhase(false)
  }
  timers.every(TICK_MS, () => {
    monitor.tick()
    seeToSchedule()
  })
  timers.every(HOUSEKEEPING_MS, () => {
    if (contacts.expire(performance.now())) membersChanged()
    net.meet(contacts.toMeet())
    // The machine may have got another address, or its first one.
    monitor.about({ addresses: net.addresses() })
    announcer.say({})
    void disk.look()
    void book.save().then((trouble) => trouble !== null && log.warn(trouble))
  })

  /** @throws InvalidInputError where there is no replica */
  const held = (): ComputeThread => {
    if (session !== null) return session.compute
    const rule = 'a bootstrap peer has no replica'
    const remedy = 'ask a trainer or an observer'
    throw new InvalidInputError([{ path: 'role', rule, remedy }])
  }
  const ended = Promise.race([finished.promise, crashed.promise])
  ended.catch(() => {})
  const inTime = <T>(asked: Promise<T>): Promise<T> => Promise.race([asked, crashed.promise])
  return {
    counters,
    compute: session?.compute ?? null,
    network: net,
    monitor,
    finished: ended,
    leave: () => {
      over = true
      monitor.phase('stopping')
      if (strategy === null) finished.resolve()
      else strategy.leave()
    },
    reload: (next) => {
      checkAddresses(next)
      net.limit(ratesOf(next.limits))
      strategy?.budget(next.budget)
      contacts.configure(next)
      membersChanged()
      net.meet(contacts.toMeet())
      times.reload(next)
      seeToSchedule()
      // It may end at another time.
      if (!times.open) showPhase(false)
    },
    measure: async () =>
      (await inTime(ask<'measure'>(held(), { type: 'measure', evaluate: true }))).measure,
    save: async (path) => {
      const { refused } = await inTime(ask<'save'>(held(), { type: 'save', path }))
      if (refused !== null) throw new RunFailedError(refused)
    },
    fingerprint: async () => {
      const { fingerprint } = await inTime(ask<'fingerprint'>(held(), { type: 'fingerprint' }))
      return fingerprint
    },
    replica: async () => {
      const compute = held()
      const { replica } = await inTime(ask<'replica'>(compute, { type: 'replica' }))
      const round = String(monitor.status().round)
      const metadata = { format: 'pt', manifest: hash, model: manifest.model.name, round }
      return replicaBytes(compute.layout, replica, metadata)
    },
    stop: () => undo.all()
  }
}
