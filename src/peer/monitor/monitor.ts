/**
 * What a running peer knows of itself. The peer tells it of everything that happens, by plain calls,
 * and calls `tick` once a second; it answers with a status, curves and alarms. It has no timer of its
 * own and takes every time from its readings; what it keeps is bounded, however long it runs.
 */
import type { Presence } from '../../network/presence.ts'
import type { CurvePoint } from '../../storage/curve-point.ts'
import type { RoundRecord } from '../../storage/round-record.ts'
import type { PeerName } from '../../strategy/strategy.ts'
import type { Refusal } from '../../swarm/admission.ts'
import { NO_TROUBLE, type Trouble } from '../../training/meter.ts'
import type { RejectReason } from '../../wire/reject.ts'
import { AlarmSet, type OnAlarm } from './alarm-set.ts'
import type { AlarmName } from './alarms.ts'
import { ClockWatch } from './clock-watch.ts'
import { Curve } from './curve.ts'
import { DISK_ALARMS, DiskTrouble, type Kept } from './disk-trouble.ts'
import { healthOf, type StatusFacts } from './health.ts'
import { type ComputeUse, Load } from './load.ts'
import { type LoopDelay, NO_DELAY } from './loop-delay.ts'
import { Members } from './members.ts'
import { WINDOW_MS } from './rate-window.ts'
import type { Readings } from './readings.ts'
import type { SourceEvent, StatusSource } from './source.ts'
import { stateLine } from './state-line.ts'
import { type PeerStatus, type Phase, STATUS_SCHEMA } from './status.ts'
import { TrafficStatus } from './traffic-status.ts'
import { watch } from './watch.ts'

/** What a peer is; it may become known bit by bit. */
export type About = Pick<
  PeerStatus,
  'version' | 'role' | 'self' | 'addresses' | 'swarm' | 'model' | 'backend'
>

export interface MonitorParts {
  readonly about: About
  readonly readings: Readings
  readonly limits: { readonly memoryBytes: number | null }
  /** Every round, for the curve on the disk. */
  readonly onPoint?: (point: CurvePoint) => void
  readonly onAlarm?: OnAlarm
}

type Evaluated = Pick<PeerStatus, 'loss' | 'accuracy' | 'testLoss'>

/** Left-out steps are worth an alarm for this long. */
const SKIPPED_MS = 10 * 60_000

export class Monitor implements StatusSource {
  readonly #parts: MonitorParts
  readonly #readings: Readings
  readonly #members = new Members()
  readonly #traffic = new TrafficStatus()
  readonly #curve = new Curve()
  readonly #load = new Load()
  readonly #clock = new ClockWatch()
  readonly #disk = new DiskTrouble()
  readonly #alarms: AlarmSet
  readonly #listeners = new Set<(event: SourceEvent) => void>()
  readonly #rejected = new Map<RejectReason, number>()
  readonly #chosen: Record<string, number> = {}
  readonly #startedAt: string
  readonly #began: number
  #about: About
  #phase: Phase = 'starting'
  #resumesAt: string | null = null
  #joining: PeerStatus['joining'] = null
  #round = 0
  #done: number | null = null
  #evaluated: Evaluated = { loss: null, accuracy: null, testLoss: null }
  #trouble: Trouble = NO_TROUBLE
  #replica: PeerStatus['replica'] = null
  #checkpoint: PeerStatus['checkpoint'] = { round: null, at: null, bytes: null, failures: 0 }
  #linklessSince: number | null = null
  #loop: LoopDelay = NO_DELAY
  #loopAt: number

  constructor(parts: MonitorParts) {
    this.#parts = parts
    this.#readings = parts.readings
    this.#about = parts.about
    this.#alarms = new AlarmSet(parts.onAlarm ?? (() => {}))
    this.#startedAt = this.#iso()
    this.#began = this.#now()
    this.#loopAt = this.#began
  }

  about(more: Partial<About>): void {
    this.#about = { ...this.#about, ...more }
  }

  /** The curve of earlier lives, oldest first. */
  restore(points: Iterable<CurvePoint>): void {
    for (const point of points) {
      this.#curve.add(point)
      this.#evaluate(point)
    }
  }

  /** The number of the next round. */
  resumed(round: number): void {
    this.#round = round
  }

  /** `resumesAt`: of a pause, when it ends. */
  phase(phase: Phase, resumesAt: Date | null = null): void {
    this.#phase = phase
    this.#resumesAt = resumesAt?.toISOString() ?? null
    this.#load.training(phase === 'training', this.#now())
  }

  /** `done`: the share of the run that is over; null: that goes by the number of the round. */
  roundBegan(done: number | null): void {
    this.#done = done
  }

  round(record: RoundRecord): void {
    const { round, loss, accuracy, testLoss, bytesSent, bytesReceived } = record
    this.#round = round + 1
    this.#evaluate(record)
    const at = this.#readings.wall()
    const point = { at, round, loss, accuracy, testLoss, bytesSent, bytesReceived }
    this.#curve.add(point)
    this.#parts.onPoint?.(point)
    this.#emit({ type: 'point', peer: this.#about.self, point })
  }

  link(peer: PeerName, state: 'up' | 'down'): void {
    this.#members.link(peer, state === 'up', this.#now())
    this.#lookForLinks()
  }

  /** One of the two will have nothing to do with the other. */
  turnedAway(peer: PeerName, why: Refusal, by: 'self' | 'other'): void {
    this.#members.refused(peer, { why, by })
  }

  /** So many bytes of a replica are here; all of them, or null: that is over. */
  fetching(progress: PeerStatus['joining']): void {
    const over = progress === null || progress.bytes >= progress.total
    this.#joining = over ? null : progress
  }

  /** Whom the topology wants now. */
  wanted(peers: readonly PeerName[]): void {
    this.#members.want(peers, this.#now())
  }

  /** Everybody else that there is. */
  members(others: Iterable<PeerName>): void {
    this.#members.keep(others, this.#now())
    this.#lookForLinks()
  }

  presence(peer: PeerName, presence: Presence): void {
    this.#members.presence(peer, presence, this.#round, this.#now())
  }

  sent(peer: PeerName, kind: number, bytes: number): void {
    this.#traffic.sent(kind, bytes)
    this.#members.sent(peer, bytes)
  }

  received(peer: PeerName, bytes: number): void {
    this.#traffic.received(bytes)
    this.#members.received(peer, bytes)
  }

  rejected(_peer: PeerName, reason: RejectReason): void {
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1)
  }

  chosen(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#chosen, values)
  }

  /** The replica's hash at a cut that others come by, too. */
  replica(cut: string, hash: string): void {
    this.#replica = { cut, hash, at: this.#iso() }
    this.#members.came({ cut, hash }, this.#now())
  }

  checkpointed({ round, bytes }: { readonly round: number; readonly bytes: number }): void {
    this.#checkpoint = { ...this.#checkpoint, round, bytes, at: this.#iso() }
    this.recovered('checkpoint')
  }

  /** The disk has not taken something; it is tried again. */
  refused(what: Kept, error: Error): void {
    const { failures } = this.#checkpoint
    if (what === 'checkpoint') this.#checkpoint = { ...this.#checkpoint, failures: failures + 1 }
    this.#disk.refused(what, error)
    this.#showDisk()
  }

  recovered(what: Kept): void {
    this.#disk.recovered(what)
    this.#showDisk()
  }

  /** With every measure of the compute thread. */
  compute(use: ComputeUse): void {
    this.#load.compute(use, this.#readings.cpuSeconds(), this.#now())
  }

  /** `trouble`: since the start. `diverging`: the latest round. */
  trouble(trouble: Trouble, diverging: boolean): void {
    const more = trouble.skippedSteps > this.#trouble.skippedSteps
    this.#trouble = trouble
    const since = this.#iso()
    this.#alarms.set('diverging', diverging, since)
    if (!more) return
    const detail = `${trouble.skippedSteps} so far`
    this.#alarms.raise('skipped-steps', since, detail, this.#now() + SKIPPED_MS)
  }

  /** `detail`: goes behind the alarm's text, without a full stop. */
  raise(name: AlarmName, detail: string | null = null): void {
    this.#alarms.raise(name, this.#iso(), detail)
  }

  clear(name: AlarmName): void {
    this.#alarms.clear(name)
  }

  /** Once a second. */
  tick(): void {
    const readings = this.#readings
    const now = readings.now()
    this.#traffic.tick(readings.socketSent(), readings.socketReceived(), now)
    this.#load.tick(readings.cpuSeconds(), this.#isIdle, now)
    if (now - this.#loopAt >= WINDOW_MS) {
      this.#loopAt = now
      this.#loop = readings.loopDelay()
    }
    this.#lookForLinks()
    const figures = {
      links: this.#links(now),
      relayedOnly: this.#relayedOnly,
      refusals: this.#members.refusals,
      agreements: this.#members.agreements(now),
      loop: this.#loop,
      memory: this.#memory(),
      disk: readings.disk(),
      checkpointBytes: this.#checkpoint.bytes,
      jump: this.#clock.look(readings.wall(), now)
    }
    watch(this.#alarms, figures, this.#iso(), now)
    this.#alarms.expire(now)
    this.#emit({ type: 'status', status: () => this.status() })
  }

  status(): PeerStatus {
    const facts = this.#facts()
    return { ...facts, line: stateLine(facts), ...healthOf(facts) }
  }

  /** Thinned: at most 2000 points, oldest first. */
  curve(): readonly CurvePoint[] {
    return this.#curve.points
  }

  statuses(): readonly PeerStatus[] {
    return [this.status()]
  }

  curves(): ReturnType<StatusSource['curves']> {
    return [{ peer: this.#about.self, points: this.curve() }]
  }

  subscribe(listener: (event: SourceEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** No more readings. */
  close(): void {
    this.#listeners.clear()
    this.#readings.close()
  }

  get #isIdle(): boolean {
    return this.#about.role === 'bootstrap' || this.#phase === 'paused'
  }

  get #relayedOnly(): boolean {
    const { linked } = this.#members
    const relayed = (peer: PeerName) => this.#readings.path(peer)?.kind === 'relayed'
    return linked.length > 0 && linked.every(relayed)
  }

  #now(): number {
    return this.#readings.now()
  }

  #iso(): string {
    return new Date(this.#readings.wall()).toISOString()
  }

  #emit(event: SourceEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #evaluate({ loss, accuracy, testLoss }: Pick<CurvePoint, keyof Evaluated>): void {
    const before = this.#evaluated
    this.#evaluated = {
      loss: loss ?? before.loss,
      accuracy: accuracy ?? before.accuracy,
      testLoss: testLoss ?? before.testLoss
    }
  }

  #showDisk(): void {
    for (const name of DISK_ALARMS) {
      const detail = this.#disk.detail(name)
      this.#alarms.set(name, detail !== null, this.#iso(), detail)
    }
  }

  /** Since when there has been no link, though there are members to have one with. */
  #lookForLinks(): void {
    const { role } = this.#about
    const now = this.#now()
    const reached = role === 'bootstrap' ? this.#members.heardLately(now) : this.#members.linksUp
    const over = this.#phase === 'starting' || this.#phase === 'finished'
    if (over || reached > 0 || this.#members.known(role) === 0) this.#linklessSince = null
    else this.#linklessSince ??= now
  }

  #links(now: number): PeerStatus['links'] {
    const since = this.#linklessSince
    return {
      up: this.#members.linksUp,
      wanted: this.#members.wanted,
      known: this.#members.known(this.#about.role),
      noneForSeconds: since === null ? null : (now - since) / 1000
    }
  }

  #memory(): PeerStatus['memory'] {
    return { rssBytes: this.#readings.rssBytes(), limitBytes: this.#parts.limits.memoryBytes }
  }

  #facts(): StatusFacts {
    const readings = this.#readings
    const now = readings.now()
    const { strategy } = this.#about.swarm
    const ahead = this.#members.medianAhead(now)
    return {
      schema: STATUS_SCHEMA,
      pid: process.pid,
      startedAt: this.#startedAt,
      at: this.#iso(),
      ...this.#about,
      phase: this.#phase,
      resumesAt: this.#resumesAt,
      joining: this.#joining,
      alarms: this.#alarms.standing,
      round: this.#round,
      done: this.#done,
      medianRound: ahead === null ? null : this.#round + ahead,
      ...this.#evaluated,
      members: this.#members.statuses(now, (peer) => readings.path(peer)),
      reach: readings.reach(),
      links: this.#links(now),
      bytes: this.#traffic.status(strategy, readings.socketSent(), readings.socketReceived()),
      rejected: Object.fromEntries(this.#rejected),
      time: {
        uptimeSeconds: (now - this.#began) / 1000,
        computeSeconds: this.#load.busySeconds,
        computeUtilisation: this.#load.utilisation,
        loopDelayMs: this.#loop,
        overheadUtilisation: this.#load.overhead
      },
      memory: this.#memory(),
      disk: readings.disk(),
      checkpoint: this.#checkpoint,
      training: { ...this.#trouble },
      chosen: { ...this.#chosen },
      replica: this.#replica
    }
  }
}
