/**
 * Runs a strategy's protocol half for real: its effects on the compute thread, the network, the disk and
 * the clock, and what comes back. Nothing here holds a vector.
 *
 * Invariants: the driver hears of no link before it has started; what it throws is a bug, and the peer
 * ends with it instead of living on deaf.
 */
import { randomInt } from 'node:crypto'
import { Neighbourhood } from '../consensus/neighbourhood.ts'
import { createTopology } from '../consensus/topologies.ts'
import type { Network } from '../network/network.ts'
import { seeded } from '../random.ts'
import type { PeerCounters } from '../strategy/counters.ts'
import { Driver, type Host, type RoundOutcome } from '../strategy/driver.ts'
import type { Kinds, Milliseconds, PeerName, RunEnd } from '../strategy/strategy.ts'
import type { Budget } from '../swarm/budget.ts'
import { manifestHash } from '../swarm/manifest.ts'
import type { Recipe } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { Frame } from '../wire/frame.ts'
import { type Channel, frameBytes } from '../wire/link-end.ts'
import type { PeerConfig } from './config.ts'
import { HeldLinks } from './held-links.ts'
import { InOrder } from './in-order.ts'
import { joiningLog } from './joining-log.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor/monitor.ts'
import { LOOK_MS, NeighbourChoice } from './neighbour-choice.ts'
import type { Session } from './session.ts'
import type { Signatures } from './signatures.ts'
import { Timers } from './timers.ts'

/** The swarm as this peer's contacts know it. */
export interface Members {
  /** All others that have a replica. */
  readonly others: readonly PeerName[]
  /** How many train, this peer included if it does. */
  readonly trainers: number
}

export interface StrategyParts {
  readonly config: PeerConfig
  readonly session: Session
  readonly network: Network
  readonly members: Members
  /**
   * Somebody is known to be there: the strategy begins when a member is heard or a link is up, or after its
   * patience, so that whoever joins does not train alone, from the initial replica, before it has met anybody.
   */
  readonly awaitsOthers: boolean
  /** Whether it trains from the beginning, or only follows. */
  readonly trains: boolean
  readonly signatures: Signatures
  readonly monitor: Monitor
  readonly counters: PeerCounters
  readonly log: Log
  readonly crashed: (error: unknown) => void
  readonly onRoundBegan: (round: number) => void
  readonly onRound: (outcome: RoundOutcome) => void
  readonly onReplica: (cut: string, hash: string) => void
  /** `end`: of the run; null: only this peer's part in it is over. */
  readonly onFinished: (end: RunEnd | null) => void
}

/** A strategy under way. Nothing of it throws. */
export interface RunningStrategy {
  link(peer: PeerName, state: 'up' | 'down'): void
  /** `consumed`: the sender may send as much again. */
  frame(peer: PeerName, channel: Channel, frame: Frame, consumed: () => void): void
  members(members: Members): void
  /** A member says that it can be dialled there. */
  announced(peer: PeerName, addresses: readonly string[]): void
  /** An attempt to dial it has come to nothing. */
  failed(peer: PeerName): void
  /** Whether it trains from now on. */
  training(on: boolean): void
  budget(budget: Budget | null): void
  leave(): void
  /** The run is over, whatever has been trained. */
  end(): void
  stop(): void
}

/** Every strategy has it (docs/strategies/). */
const USUAL_PATIENCE_MS = 20_000

const patienceOf = ({ strategy }: Recipe): Milliseconds => {
  const { startPatienceMs } = strategy
  return typeof startPatienceMs === 'number' ? startPatienceMs : USUAL_PATIENCE_MS
}

/** randomInt draws below 2^48. */
const MAX_SEED = 2 ** 47
const SECOND = 1000

export const runStrategy = (parts: StrategyParts): RunningStrategy => {
  const { config, session, network, members, signatures, monitor, counters, log, crashed } = parts
  const { compute, strategy, recipe, keeper } = session
  let stopped = false
  const guard = (run: () => void): void => {
    if (stopped) return
    try {
      run()
    } catch (error) {
      crashed(error)
    }
  }
  const sayJoining = joiningLog(log)
  const timers = new Timers()
  const links = new HeldLinks(network)
  const signing = new InOrder(crashed)
  const verifying = new InOrder(crashed)
  const host: Host<Kinds> = {
    now: () => performance.now(),
    compute: (job) =>
      compute.request({ type: 'job', job }, (answer) => {
        if (answer.type === 'job') guard(() => driver.computed(answer.result))
      }),
    send: (to, message, delivery) => {
      // Counted with the round that says it; what leaves a moment later would be nobody's.
      const bytes = frameBytes(message)
      counters.traffic.countSent(message.kind, bytes)
      monitor.sent(to, message.kind, bytes)
      network.send(to, message, delivery)
    },
    release: (peer) => links.release(peer),
    timer: (name, after) => timers.arm(name, after, () => guard(() => driver.timer(name))),
    want: (peers) => {
      monitor.wanted(peers)
      links.want(peers)
    },
    sign: (digest) =>
      signing.add(signatures.sign(digest), (signature) => guard(() => driver.signed(signature))),
    verify: (claims) =>
      verifying.add(signatures.verify(claims), (valid) => guard(() => driver.verified(valid))),
    persist: (record) => keeper.persist(record, () => guard(() => driver.persisted(record))),
    checkpoint: (record) =>
      void keeper.checkpoint(record, (kept) => guard(() => driver.checkpointed(kept))),
    replica: parts.onReplica,
    joining: (progress) => {
      sayJoining(progress)
      monitor.fetching(progress)
    },
    chosen: (values) => {
      counters.choose(values)
      monitor.chosen(values)
    },
    notice: (text, alarm) => {
      log.warn(text)
      if (alarm !== null) monitor.raise(alarm)
    },
    rejected: (peer, reason) => network.reject(peer, reason),
    roundBegan: (round, done) => {
      monitor.roundBegan(done)
      parts.onRoundBegan(round)
    },
    roundCompleted: (outcome) => {
      counters.round(outcome)
      parts.onRound(outcome)
    },
    finished: parts.onFinished
  }
  const topology = createTopology(
    strategy.topology ?? recipe.topology,
    swarmStreams(recipe.seed).topology
  )
  // Where strangers may join, not everybody can reach everybody, and not everybody means well.
  const choice =
    session.manifest.creator === undefined
      ? null
      : new NeighbourChoice({
          network,
          manifestHash: manifestHash(session.manifest),
          mutual: strategy.mutual ?? false,
          now: host.now
        })
  const neighbourhood = new Neighbourhood(topology, network.self, members.others, choice?.choose)
  neighbourhood.trainers = members.trainers
  const driver = new Driver(
    strategy,
    network.self,
    seeded(randomInt(MAX_SEED)),
    neighbourhood,
    host,
    {
      budget: config.budget,
      trains: parts.trains,
      checkpointEvery: config.checkpoint.everySeconds * SECOND
    }
  )
  let latest = members
  const tellMembers = (): void => guard(() => driver.members(latest.others, latest.trainers))
  let begun = false
  const begin = (): void => {
    if (begun || stopped) return
    begun = true
    guard(() => driver.start(session.records))
  }
  if (parts.awaitsOthers && members.others.length === 0) {
    timers.arm('await others', patienceOf(recipe), begin)
  } else begin()
  /** What the operator or the clock wants is no reason to wait any longer. */
  const tell = (run: () => void): void => {
    begin()
    guard(run)
  }
  if (choice !== null) {
    timers.every(LOOK_MS, () => {
      if (begun) tellMembers()
    })
  }
  return {
    link: (peer, state) => {
      if (stopped) return
      links[state](peer)
      choice?.link(peer, state)
      begin()
      guard(() => driver.link(peer, state))
    },
    frame: (peer, channel, frame, consumed) => {
      choice?.useful(peer)
      guard(() => driver.frame(peer, channel, frame))
      // Credit bounds what waits for the compute thread, too.
      compute.afterAll(consumed)
    },
    members: (told) => {
      latest = told
      if (begun) tellMembers()
      else if (told.others.length > 0) {
        neighbourhood.others = told.others
        neighbourhood.trainers = told.trainers
        begin()
      }
    },
    announced: (peer, addresses) => choice?.announced(peer, addresses),
    failed: (peer) => choice?.failed(peer),
    training: (on) => tell(() => driver.training(on)),
    budget: (budget) => tell(() => driver.budget(budget)),
    leave: () => tell(() => driver.leave()),
    end: () => tell(() => driver.end()),
    stop: () => {
      stopped = true
      timers.clear()
    }
  }
}
