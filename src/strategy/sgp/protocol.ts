/**
 * The rounds of stochastic gradient push (Assran et al. 2019, Alg. 1): local steps, half of the mass to
 * the neighbour whose turn it is, go on once every neighbour has said what this round brings from it, or
 * at a deadline learned from the neighbours' pace. What comes later is added when it comes, and nothing
 * that is lost on its way bends the result. Who falls behind skips rounds; who comes late gives up its
 * mass and takes what it is pushed.
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
import { freshness } from '../weighting.ts'
import { Early } from './early.ts'
import type { Job, Message, Result, SgpKinds } from './kinds.ts'
import { Neighbours } from './neighbours.ts'
import { overflowNotice } from './overflow-notice.ts'
import { type TargetRule, targetsOf } from './targets.ts'
import { Told } from './told.ts'

export interface SgpProtocolOptions extends Rounds, Pick<TargetRule, 'count' | 'forwards'> {
  readonly deadline: PaceLimits
  readonly startPatience: Milliseconds
  /** Who is behind most neighbours takes shorter steps. */
  readonly staleRate: boolean
}

/**
 * gathering: waiting for the first neighbours, without training for one that begins the round;
 * working: local steps or the push are on their way; exchanging: this round's push is out;
 * leaving: no more rounds; parting: nothing is owed, and the last checkpoint is taken; finished.
 */
type Phase = 'gathering' | 'working' | 'exchanging' | 'leaving' | 'parting' | 'finished'

type Push = Extract<Message, { kind: 'push' }>

/** How long mass that is on its way to a peer nobody wants any more may take to get there. */
const PATIENCE_MS = 60_000
/** The same for a peer that wants to leave: it should not take its operator's time. */
const LEAVE_PATIENCE_MS = 2000

export class SgpProtocol implements Protocol<SgpKinds> {
  readonly #options: SgpProtocolOptions
  readonly #rule: TargetRule
  readonly #neighbours: Neighbours
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
  /** The run has ended before its last round. */
  #ending = false
  #now: Milliseconds = 0
  #effects: Array<Effect<SgpKinds>> = []
  /** Came to a swarm under way, has no mass, and has been pushed none. */
  #joining = false
  #alarmed = false
  readonly #told = new Told()
  readonly #early = new Early()

  constructor(options: SgpProtocolOptions, components: Components) {
    const { self, random, round, trains = true, checkpointEvery } = components
    this.#options = options
    this.#rule = { self, count: options.count, forwards: options.forwards }
    this.#round = round
    this.#next = round
    this.#trains = trains
    const emit = (effect: Effect<SgpKinds>): void => void this.#effects.push(effect)
    this.#checkpoints =
      checkpointEvery === undefined ? null : new Checkpoints(checkpointEvery, emit)
    this.#attendance = new Attendance(options.deadline)
    this.#neighbours = new Neighbours(random, emit, () => this.#round)
  }

  handle(event: ProtocolEvent<SgpKinds>, now: Milliseconds): ReadonlyArray<Effect<SgpKinds>> {
    this.#now = now
    this.#effects = []
    if (this.#phase !== 'finished') this.#dispatch(event)
    if (this.#phase === 'exchanging' && !this.#attendance.isWaiting) this.#completeRound()
    if (this.#phase === 'leaving' && this.#neighbours.settled) this.#phase = 'parting'
    if (this.#phase === 'parting' && this.#checkpoints?.busy !== true) this.#part()
    return this.#effects
  }

  #dispatch(event: ProtocolEvent<SgpKinds>): void {
    switch (event.type) {
      case 'started':
        this.#start(event.records)
        break
      case 'neighbours':
        this.#swarm.want(event.peers)
        this.#told.keep((peer) => event.peers.includes(peer) || this.#neighbours.isPresent(peer))
        if (!this.#over) this.#neighbours.want(event.peers)
        this.#gathered()
        break
      case 'link':
        if (event.state === 'up') this.#neighbours.linkUp(event.peer)
        else this.#linkDown(event.peer)
        break
      case 'received':
        this.#received(event.from, event.message)
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

  #received(from: PeerName, message: Message): void {
    switch (message.kind) {
      case 'hello':
        this.#swarm.hear(from, message.round)
        this.#neighbours.greet(from, message)
        if (message.leaving) this.#attendance.lost(from)
        break
      case 'ack':
        this.#neighbours.acked(from, message)
        break
      case 'pass':
        if (message.last) this.#neighbours.through(from)
        this.#tell(from, message.round)
        break
      case 'push':
        if (this.#isEarly(message.round)) this.#early.hold(from, message)
        else this.#take(from, message)
        this.#tell(from, message.round)
        break
    }
  }

  /** This peer's own push of that round is still to come, and is of what there is without its neighbours'. */
  #isEarly(round: number): boolean {
    if (this.#over || this.#joining) return false
    return this.#phase === 'exchanging' ? round > this.#round : round >= this.#round
  }

  /** Adds what a neighbour has pushed. */
  #take(from: PeerName, push: Push): void {
    if (this.#neighbours.receive(from, push)) this.#joining = false
  }

  /** A neighbour has done its part of `round` for this peer. */
  #tell(from: PeerName, round: number): void {
    this.#swarm.hear(from, round)
    this.#told.tell(from, round)
    if (round >= this.#round || this.#attendance.isLate(from)) {
      this.#attendance.settle(from, true, this.#now)
    }
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
    if (behind && !this.#worked && !this.#joining) {
      this.#joining = true
      this.#compute({ kind: 'void' })
      this.#takeEarly(Infinity)
    }
    if (over || behind || !this.#trains || this.#neighbours.complete) this.#beginRound()
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'trained':
        this.#effects.push({ type: 'chosen', values: { mass: result.mass, weight: result.weight } })
        this.#watch(result.largest)
        if (this.#phase === 'working') this.#push()
        break
      case 'pushed':
        this.#send(result.pushes)
        break
      case 'checkpoint':
        this.#checkpoints?.copied(result.compute)
        break
      default:
        break
    }
  }

  #watch(largest: number): void {
    const text = this.#alarmed ? null : overflowNotice(largest)
    if (text === null) return
    this.#alarmed = true
    this.#effects.push({ type: 'notice', text })
  }

  #timeUp(name: string): void {
    if (name === 'start' && this.#phase === 'gathering' && this.#trains) this.#beginRound()
    if (name === `round-${this.#round}` && this.#phase === 'exchanging') this.#completeRound()
    if (name === `behind-${this.#round}` && this.#phase === 'gathering') this.#work()
    if (name === 'leave' && this.#phase === 'leaving') this.#phase = 'parting'
  }

  #beginRound(): void {
    const { rounds } = this.#options
    // A round that most have ended is one that nobody will begin for a peer that follows.
    const ended = !this.#trains && this.#swarm.reached >= rounds
    this.#round = ended ? rounds : Math.min(rounds, this.#swarm.from(this.#round))
    this.#next = this.#round
    this.#announce()
    if (this.#round >= rounds || this.#ending) this.#leave()
    else if (this.#trains || this.#asked) this.#work()
    else this.#follow()
  }

  /** Waits until a neighbour is in this round, or is beyond it and has not pushed for a while. */
  #follow(): void {
    this.#phase = 'gathering'
    if (this.#waitingBehind === this.#round || this.#swarm.furthest <= this.#round) return
    this.#waitingBehind = this.#round
    const { floor } = this.#options.deadline
    this.#timer(`behind-${this.#round}`, Math.max(floor, this.#attendance.usual))
  }

  #work(): void {
    this.#phase = 'working'
    this.#next = this.#round + 1
    this.#worked = true
    const late = Math.max(0, this.#swarm.reached - this.#round)
    const isSlowed = late > 0 && this.#options.staleRate
    if (isSlowed) this.#effects.push({ type: 'chosen', values: { rate: freshness(late) } })
    this.#compute({
      kind: 'local-steps',
      // What has no mass moves nothing.
      steps: this.#trains && !this.#joining ? this.#options.stepsOf(this.#round) : 0,
      from: this.#options.firstStepOf(this.#round),
      late,
      ...(isSlowed && { share: freshness(late) })
    })
  }

  #announce(): void {
    if (this.#announced === this.#round) return
    this.#announced = this.#round
    this.#effects.push({ type: 'round-began', round: this.#round })
  }

  /** A neighbour has done its part of this round: so peers that only follow stand still together. */
  get #asked(): boolean {
    return this.#neighbours.present.some((peer) => this.#hasTold(peer))
  }

  #hasTold(peer: PeerName): boolean {
    return this.#told.has(peer, this.#round)
  }

  /**
   * Who still owes an earlier round is neither waited for nor pushed to: a slow peer would hoard the mass
   * that the others push faster than it can, and a hung one all of it.
   */
  #keepsUp(peer: PeerName): boolean {
    return this.#neighbours.isPresent(peer) && !this.#attendance.isLate(peer)
  }

  #push(): void {
    const { wanted } = this.#neighbours
    const targets = targetsOf(this.#rule, wanted, this.#round, (peer) => this.#keepsUp(peer))
    const aims = targets.map((peer) => this.#neighbours.aim(peer))
    this.#compute({ kind: 'push', aims, again: [] })
  }

  #send(pushes: Extract<Result, { kind: 'pushed' }>['pushes']): void {
    const pushed = new Set(pushes.map((push) => this.#neighbours.push(push)))
    if (this.#phase === 'working') this.#exchange(pushed)
  }

  #exchange(pushed: ReadonlySet<PeerName | null>): void {
    this.#phase = 'exchanging'
    this.#attendance.open()
    const { present, wanted } = this.#neighbours
    for (const peer of present) if (!pushed.has(peer)) this.#neighbours.pass(peer)
    this.#takeEarly(this.#round)
    const partners = [...wanted].filter((peer) => this.#keepsUp(peer))
    for (const peer of partners) {
      this.#attendance.expect(peer, this.#now)
      if (this.#hasTold(peer)) this.#attendance.settle(peer, true, this.#now)
    }
    const wait = this.#attendance.wait(partners, this.#neighbours.cutOff)
    if (wait !== null) this.#timer(`round-${this.#round}`, wait)
  }

  #takeEarly(round: number): void {
    for (const [peer, push] of this.#early.take(round)) this.#take(peer, push)
  }

  #linkDown(peer: PeerName): void {
    this.#neighbours.linkDown(peer, this.#now)
    this.#early.drop(peer)
    this.#attendance.lost(peer)
  }

  #completeRound(): void {
    const outcome = this.#attendance.close()
    this.#neighbours.abandon(this.#now - PATIENCE_MS)
    this.#effects.push({ type: 'round-completed', round: this.#round, ...outcome })
    this.#round++
    // A replica that is not the swarm's yet is not worth keeping: it would come back as if it were.
    if (!this.#joining) this.#checkpoints?.completed(this.#round, this.#now)
    this.#beginRound()
  }

  #leave(): void {
    if (this.#over) return
    this.#phase = 'leaving'
    this.#attendance.clear()
    this.#takeEarly(Infinity)
    this.#neighbours.leave()
    this.#timer('leave', LEAVE_PATIENCE_MS)
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
