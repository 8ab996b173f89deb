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
import type { Network } from '../network/network.ts'
import { peerNameOf } from '../network/peer-name.ts'
import { holdFolder } from '../storage/hold-folder.ts'
import { loadIdentity } from '../storage/identity.ts'
import { PeerBook } from '../storage/peer-book.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { PeerCounters } from '../strategy/counters.ts'
import type { RunEnd } from '../strategy/strategy.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { Company } from './company.ts'
import type { ComputeThread } from './compute-thread.ts'
import type { PeerConfig } from './config.ts'
import { dealerFor } from './dealer-for.ts'
import { DiskUse } from './disk-use.ts'
import { isOver } from './ending.ts'
import { Finale } from './finale.ts'
import { networkHandlers } from './handlers.ts'
import { ratesOf } from './limits/rates.ts'
import type { Log } from './log.ts'
import { openMembership } from './membership-rules.ts'
import type { Monitor } from './monitor/monitor.ts'
import { openMonitor } from './open-monitor.ts'
import { type Questions, questionsFor } from './questions.ts'
import { Reporter } from './reporter.ts'
import { type RunningStrategy, runStrategy } from './run-strategy.ts'
import { openSession } from './session.ts'
import { Signatures } from './signatures.ts'
import { Timers } from './timers.ts'
import { TrainingPhase } from './training-phase.ts'
import { Undo } from './undo.ts'

export interface PeerOptions {
  readonly log: Log
  readonly version: string
  readonly onRecord: (record: RoundRecord) => void
  /**
   * Shows the peer to whoever asks, from before it reads its data on until everything else has been
   * taken down; returns what ends that.
   */
  readonly serve?: (shown: ShownPeer) => Promise<() => Promise<void>>
}

/** What is shown of a peer. */
export interface ShownPeer {
  readonly monitor: Monitor
  /** As a safetensors file. @throws RunFailedError while there is none yet */
  replica(): Promise<Uint8Array>
}

export interface Peer extends Questions {
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
  stop(): Promise<void>
}

const TICK_MS = 1000
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

const openBook = async (
  { state }: PeerConfig,
  hash: string,
  log: Log,
  monitor: Monitor
): Promise<PeerBook> => {
  const { book, notice } = await PeerBook.open(state, hash)
  if (notice !== null) {
    log.warn(notice)
    monitor.raise('state-damaged')
  }
  return book
}

const start = async (
  config: PeerConfig,
  { log, version, onRecord, serve }: PeerOptions,
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
  let network: Network | null = null
  const monitor = await openMonitor({ config, self, version, log, undo }, disk, () => network)
  let replica: ShownPeer['replica'] = async () => {
    throw new RunFailedError('the peer is still starting; ask again when it trains')
  }
  if (serve !== undefined) undo.add(await serve({ monitor, replica: () => replica() }))

  const program = `swarmgrad ${version}`
  const opening = { config, program, log, monitor, self, crashed: crashed.reject, undo }
  const opened = config.role === 'bootstrap' ? null : openSession(opening)
  // Most of the program: it is loaded while the compute thread reads the data.
  const networking = import('./open-network.ts')
  const [session, { openNetwork }] = await Promise.all([opened, networking])
  const manifest = session?.manifest ?? config.manifest
  const hash = manifestHash(manifest)
  if (session !== null) {
    const { backend, layout } = session.compute
    disk.watch(session.usage)
    monitor.about({ backend, model: { name: manifest.model.name, parameters: layout.length } })
  }
  const book = await openBook(config, hash, log, monitor)
  undo.add(() => book.close())

  const rules = await openMembership({ config, manifest, self, program, log, undo })
  const signatures = new Signatures(identitySeed, (peer) => rules.mayOriginate(peer))
  const round = (): number => monitor.status().round
  const ending = { state: config.state, self, signatures, log, round, undo }
  // Nobody asks for the model of a swarm that has no link.
  const finale =
    session === null || manifest.creator === undefined
      ? null
      : await Finale.open({ ...ending, session })

  let strategy: RunningStrategy | null = null
  const parts = finale === null ? [] : [finale.part]
  network = await openNetwork(
    { config, manifest, identitySeed, session, rules, parts },
    networkHandlers({ log, monitor, counters, company: () => company, strategy: () => strategy })
  )
  const net = network
  undo.add(() => net.stop())
  const timers = new Timers()
  undo.add(() => timers.clear())
  const phase = new TrainingPhase(config, monitor)
  const company = new Company(
    {
      self,
      config,
      book,
      network,
      monitor,
      timers,
      log,
      onPresence: (peer, { final }) => finale?.heard(peer, final),
      onMembers: (members) => {
        strategy?.members(members)
        dealer?.look()
      }
    },
    {
      role: phase.role,
      round: session?.round ?? 0,
      pass: rules.pass,
      final: finale?.final ?? null
    }
  )
  const dealer = dealerFor({ session, company, phase, log })
  log.info({ self, addresses: net.addresses() }, 'listening')
  monitor.about({ addresses: net.addresses() })

  /** What there is to do before others hear that this peer has finished. */
  const parted = async (end: RunEnd | null): Promise<void> => {
    if (end !== null && finale !== null) company.say({ final: await finale.finish(end) })
  }

  // A first round may begin at once.
  phase.show(false)
  if (session !== null) {
    const { compute } = session
    const reporter = new Reporter({ config, compute, company, monitor, counters, log, onRecord })
    strategy = runStrategy({
      config,
      session,
      network,
      members: company.members,
      awaitsOthers: config.bootstrap.length > 0 || book.known().some(({ name }) => name !== self),
      trains: phase.role === 'trainer',
      signatures,
      monitor,
      counters,
      log,
      crashed: crashed.reject,
      onRoundBegan: (round) => {
        dealer?.roundBegan(round)
        phase.show(true)
      },
      onRound: (outcome) => void reporter.completed(outcome).catch(crashed.reject),
      onReplica: (cut, hash) => {
        monitor.replica(cut, hash)
        company.say({ replica: { cut, hash } })
      },
      onFinished: (end) => {
        phase.end('finished')
        void parted(end).then(finished.resolve, crashed.reject)
      }
    })
    const { stop } = strategy
    undo.add(stop)
  }
  company.start()

  let over = false
  const seeToSchedule = (): void => {
    if (!phase.look()) return
    strategy?.training(phase.role === 'trainer')
    company.say({ role: phase.role })
  }
  timers.every(TICK_MS, () => {
    monitor.tick()
    seeToSchedule()
    if (!over && isOver(manifest, Date.now())) {
      over = true
      log.info('the run ends: its date has come')
      if (strategy === null) finished.resolve()
      else strategy.end()
    }
  })
  timers.every(HOUSEKEEPING_MS, () => {
    company.keepUp()
    // The machine may have got another address, or its first one.
    monitor.about({ addresses: net.addresses() })
    void disk.look()
    void rules.save().then((trouble) => trouble !== null && log.warn(trouble))
  })

  const questions = questionsFor({
    session,
    round,
    crashed: crashed.promise
  })
  replica = questions.replica
  const ended = Promise.race([finished.promise, crashed.promise])
  ended.catch(() => {})
  return {
    ...questions,
    counters,
    compute: session?.compute ?? null,
    network,
    monitor,
    finished: ended,
    leave: () => {
      over = true
      phase.end('stopping')
      if (strategy === null) finished.resolve()
      else strategy.leave()
    },
    reload: (next) => {
      checkAddresses(next)
      net.limit(ratesOf(next.limits))
      strategy?.budget(next.budget)
      rules.configure(next)
      company.configure(next)
      phase.reload(next)
      seeToSchedule()
    },
    stop: () => undo.all()
  }
}
