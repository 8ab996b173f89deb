/**
 * The rounds of gossip averaging (Lian et al. 2017; Koloskova et al. 2019): local steps,
 * encode once per edge, send, mix what the neighbours have sent, go on. A round ends when no
 * neighbour is owed, or at a deadline learned from the neighbours' pace; what comes later is mixed
 * when it comes. Nothing here waits for one particular peer, and who falls behind skips rounds. A peer
 * that does not train does the same without local steps, and begins no round before a neighbour has.
 */

import { Attendance } from '../attendance.ts'
import { Checkpoints } from '../checkpoints.ts'
import type { PaceLimits } from '../pace.ts'
import type { Rounds } from '../rounds.ts'
import type {
  Checkpoint,
  Components,
  Effect,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent
} from '../strategy.ts'
import { SwarmRound } from '../swarm-round.ts'
import { freshness, type Weighting } from '../weighting.ts'
import { Edges } from './edges.ts'
import type { GossipKinds, Job, Result } from './kinds.ts'

export interface GossipProtocolOptions extends Rounds {
  readonly deadline: PaceLimits
  readonly startPatience: Milliseconds
  /** Each round's exchange is of what it begins with, and goes on while its steps do. @default false */
  readonly exchangesFirst?: boolean
  /** @default uniform */
  readonly weighting?: Weighting
  /** Who is behind most neighbours takes shorter steps. @default false */
  readonly staleRate?: boolean
}

/**
 * gathering: waiting for the first neighbours, without training for one that begins the round;
 * working: local steps or encoding are on their way; exchanging: this round's payloads are out;
 * leaving: no more rounds; parting: no edges, and the last checkpoint is taken; finished.
 */
type Phase = 'gathering' | 'working' | 'exchanging' | 'leaving' | 'parting' | 'finished'

/**
 * How long a broken link to a neighbour may take to come back before an edge that is ending is given
 * up: redials take a fraction of it, and an edge given up at one end only has bent the mean.
 */
const PATIENCE_MS = 60_000
/** The same for a peer that wants to leave: it should not take its operator's time. */
const LEAVE_PATIENCE_MS = 2000

export class GossipProtocol implements Protocol<GossipKinds> {
  readonly #options: GossipProtocolOptions
  readonly #edges: Edges
  readonly #attendance: Attendance
  readonly #swarm = new SwarmRound()
  /** Null: none are taken. */
  readonly #checkpoints: Checkpoints | null
  #phase: Phase = 'gathering'
  #round: number
  /** The latest round that has begun for the topology. */
  #announced: number | null = null
  /** The round that comes after the local steps that have been issued. */
  #next: number
  #trains: boolean
  /** The round that neighbours are beyond, and for which this peer has set itself a time. */
  #waitingBehind: number | null = null
  /** True once this life has done something that a checkpoint would keep. */
  #worked = false
  /** This round's local steps are under way. */
  #training = false
  /** This round's deadline has passed. */
  #overdue = false
  /** The run has ended before its last round. */
  #ending = false
  #now: Milliseconds = 0
  #effects: Array<Effect<GossipKinds>> = []
  /** Came to a swarm under way with the initial replica, and has not seen a neighbour's yet. */
  #joining = false

  constructor(options: GossipProtocolOptions, components: Components) {
    const { self, random, round, trains = true, checkpointEvery } = components
    this.#options = options
    this.#round = round
    this.#next = round
    this.#trains = trains
    const emit = (effect: Effect<GossipKinds>): void => void this.#effects.push(effect)
    this.#checkpoints =
      checkpointEvery === undefined ? null : new Checkpoints(checkpointEvery, emit)
    this.#attendance = new Attendance(options.deadline)
    this.#edges = new Edges(
      self,
      random,
      emit,
      (peer, heard) => this.#attendance.settle(peer, heard, this.#now),
      () => this.#round,
      options.weighting
    )
  }

  handle(event: ProtocolEvent<GossipKinds>, now: Milliseconds): ReadonlyArray<Effect<GossipKinds>> {
    this.#now = now
    this.#effects = []
    this.#dispatch(event)
    if (this.#phase === 'exchanging' && this.#isComplete) this.#completeRound()
    if (this.#phase === 'leaving' && this.#edges.size === 0) this.#phase = 'parting'
    if (this.#phase === 'parting' && this.#checkpoints?.busy !== true) this.#part()
    return this.#effects
  }

  get #isComplete(): boolean {
    return !this.#training && (!this.#attendance.isWaiting || this.#overdue)
  }

  #dispatch(event: ProtocolEvent<GossipKinds>): void {
    switch (event.type) {
      case 'started':
        this.#start(event.records)
        break
      case 'neighbours':
        this.#swarm.want(event.peers)
        if (!this.#over) this.#edges.want(event.peers)
        this.#gathered()
        break
      case 'link':
        if (event.state === 'up') this.#edges.linkUp(event.peer)
        else this.#linkDown(event.peer)
        break
      case 'received':
        if ('round' in event.message) this.#swarm.hear(event.from, event.message.round)
        this.#edges.received(event.from, event.message)
        this.#gathered()
        break
      case 'computed':
        this.#computed(event.result)
        break
      case 'timer':
        this.#timeUp(event.name)
        break
      case 'checkpointed':
        this.#checkpoints?.answered()
        break
      case 'training':
        this.#train(event.on)
        break
      case 'end':
        this.#ending = true
        if (this.#phase === 'gathering') this.#leave()
        break
      case 'leave':
        this.#leave()
        break
    }
  }

  /** Goes on with the checkpoint of an earlier life, if there is one. */
  #start(records: readonly Checkpoint[]): void {
    this.#checkpoints?.begin(this.#now)
    const [checkpoint] = records
    if (checkpoint !== undefined) {
      this.#round = checkpoint.round
      this.#next = checkpoint.round
      this.#compute({ kind: 'resume', compute: checkpoint.compute })
      this.#announce()
    }
    this.#timer('start', this.#options.startPatience)
  }

  #train(on: boolean): void {
    if (this.#trains === on) return
    this.#trains = on
    if (this.#phase !== 'gathering') return
    this.#timer('start', this.#options.startPatience)
    this.#gathered()
  }

  /** True once there will be no more rounds. */
  get #over(): boolean {
    return this.#phase === 'leaving' || this.#phase === 'parting' || this.#phase === 'finished'
  }

  /** A swarm that is under way is not waited for: its neighbours of now are not those of round 0. */
  #gathered(): void {
    if (this.#phase !== 'gathering') return
    // A peer that returns after its last round has nobody to wait for.
    const over = this.#round >= this.#options.rounds
    const behind = this.#swarm.from(this.#round) !== this.#round
    this.#joining ||= behind && this.#round === 0
    if (over || behind || !this.#trains || this.#edges.complete) this.#beginRound()
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'trained':
        this.#training = false
        if (this.#phase === 'working') this.#encode()
        break
      case 'encoded':
        if (this.#phase === 'working') this.#exchange(result.edges)
        break
      case 'checkpoint':
        this.#checkpoints?.copied(result.compute)
        break
      case 'resumed':
      case 'mixed':
      case 'adopted':
      case 'forgotten':
        break
    }
  }

  #timeUp(name: string): void {
    if (name === 'start' && this.#phase === 'gathering' && this.#trains) this.#beginRound()
    if (name === `round-${this.#round}` && this.#phase === 'exchanging') this.#overdue = true
    if (name === `behind-${this.#round}` && this.#phase === 'gathering') this.#work()
    if (this.#phase !== 'leaving') return
    if (name === 'unreachable') this.#edges.abandon(this.#now - LEAVE_PATIENCE_MS)
    if (name === 'leave') this.#phase = 'parting'
  }

  #beginRound(): void {
    const { rounds } = this.#options
    // A round that most have ended is one that nobody will begin for a peer that follows.
    const ended = !this.#trains && this.#swarm.reached >= rounds
    this.#round = ended ? rounds : Math.min(rounds, this.#swarm.from(this.#round))
    this.#next = this.#round
    this.#announce()
    if (this.#round >= rounds || this.#ending) {
      this.#leave()
      return
    }
    if (this.#trains || this.#asked) this.#work()
    else this.#follow()
  }

  /** Waits until a neighbour asks for this round, or is beyond it and has not asked for a while. */
  #follow(): void {
    this.#phase = 'gathering'
    if (this.#waitingBehind === this.#round || this.#swarm.furthest <= this.#round) return
    this.#waitingBehind = this.#round
    this.#timer(
      `behind-${this.#round}`,
      Math.max(this.#options.deadline.floor, this.#attendance.usual)
    )
  }

  #work(): void {
    // Who has learned nothing has nothing to bring to those who are further.
    if (!this.#trains && this.#round === 0 && this.#swarm.furthest > 0) this.#joining = true
    this.#phase = 'working'
    this.#next = this.#round + 1
    this.#worked = true
    this.#training = true
    if (this.#options.exchangesFirst === true) this.#encode()
    const behind = this.#options.staleRate === true ? this.#swarm.reached - this.#round : 0
    this.#compute({
      kind: 'local-steps',
      steps: this.#trains ? this.#options.stepsOf(this.#round) : 0,
      from: this.#options.firstStepOf(this.#round),
      ...(behind > 0 && { share: freshness(behind) })
    })
    if (behind > 0) this.#effects.push({ type: 'chosen', values: { rate: freshness(behind) } })
  }

  #announce(): void {
    if (this.#announced === this.#round) return
    this.#announced = this.#round
    this.#effects.push({ type: 'round-began', round: this.#round })
  }

  /** A neighbour is in this round and waits for this peer's part: so peers that only follow stand still together. */
  get #asked(): boolean {
    for (const edge of this.#edges.all()) {
      if (!edge.asked || !this.#edges.reachable(edge.peer)) continue
      if (this.#swarm.heard(edge.peer) >= this.#round) return true
    }
    return false
  }

  #encode(): void {
    const edges: Array<{ id: string; k: number }> = []
    for (const edge of this.#edges.all()) {
      const k = edge.due
      if (k !== null && this.#edges.reachable(edge.peer)) edges.push({ id: edge.id, k })
    }
    this.#compute({ kind: 'encode', edges, joining: this.#joining })
  }

  #exchange(encoded: Extract<Result, { kind: 'encoded' }>['edges']): void {
    this.#phase = 'exchanging'
    this.#attendance.open()
    const partners: PeerName[] = []
    for (const { id, k, ...payload } of encoded) {
      const edge = this.#edges.byId(id)
      // The edge may have changed while the job ran: encoding changes no copy, so nothing is lost.
      if (edge === undefined || edge.due !== k || !this.#edges.reachable(edge.peer)) continue
      const side = { ...payload, round: this.#round }
      edge.send(k, side)
      this.#effects.push({
        type: 'send',
        to: edge.peer,
        message: { kind: 'exchange', id, k, ...side },
        delivery: 'every'
      })
      this.#edges.advance(edge)
      partners.push(edge.peer)
      this.#attendance.expect(edge.peer, this.#now)
      if (!edge.open) this.#attendance.settle(edge.peer, true, this.#now)
    }
    const wait = this.#attendance.wait(partners, this.#edges.cutOff)
    if (wait !== null) this.#timer(`round-${this.#round}`, wait)
  }

  #linkDown(peer: PeerName): void {
    this.#edges.linkDown(peer, this.#now)
    this.#attendance.lost(peer)
    if (this.#phase === 'leaving') this.#timer('unreachable', LEAVE_PATIENCE_MS)
  }

  #completeRound(): void {
    if (this.#joining) this.#adopt()
    this.#overdue = false
    const outcome = this.#attendance.close()
    this.#edges.abandon(this.#now - PATIENCE_MS)
    this.#effects.push({ type: 'round-completed', round: this.#round, ...outcome })
    this.#round++
    // A replica that is not the swarm's yet is not worth keeping: it would come back as if it were.
    if (!this.#joining) this.#checkpoints?.completed(this.#round, this.#now)
    this.#beginRound()
  }

  /** Takes the neighbours' replicas for its own, once one of them has come. */
  #adopt(): void {
    const ids = this.#edges.trained
    if (ids.length === 0) return
    this.#joining = false
    this.#compute({ kind: 'adopt', ids })
  }

  #leave(): void {
    if (this.#over) return
    this.#phase = 'leaving'
    this.#attendance.clear()
    this.#edges.want([])
    this.#timer('unreachable', LEAVE_PATIENCE_MS)
    this.#timer('leave', Math.max(LEAVE_PATIENCE_MS, this.#options.deadline.ceiling))
  }

  /** Takes the last checkpoint; finishes once it has been kept, or not. */
  #part(): void {
    if (this.#worked && !this.#joining && this.#checkpoints !== null) {
      this.#worked = false
      this.#checkpoints.take(this.#next, this.#now)
      return
    }
    this.#phase = 'finished'
    const hasEnded = this.#ending || this.#round >= this.#options.rounds
    this.#effects.push({ type: 'finished', ...(hasEnded && { end: { samples: null } }) })
  }

  #timer(name: string, after: Milliseconds): void {
    this.#effects.push({ type: 'timer', name, after })
  }

  #compute(job: Job): void {
    this.#effects.push({ type: 'compute', job })
  }
}
