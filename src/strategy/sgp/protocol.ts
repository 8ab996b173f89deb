/**
 * The rounds of stochastic gradient push (Assran et al. 2019, Alg. 1): local steps, half of the mass to
 * the neighbour whose turn it is, go on once every neighbour has said what this round brings from it, or
 * at a deadline learned from the neighbours' pace. What comes later is added when it comes, and nothing
 * that is lost on its way bends the result. Who falls behind skips rounds; who comes late gives up its
 * mass and takes what it is pushed.
 */
import { type CycleOptions, RoundCycle } from '../round-cycle.ts'
import { Stage } from '../stage.ts'
import type {
  Components,
  Effect,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent
} from '../strategy.ts'
import { freshness } from '../weighting.ts'
import { Early } from './early.ts'
import type { Message, Result, SgpKinds } from './kinds.ts'
import { Neighbours } from './neighbours.ts'
import { overflowNotice } from './overflow-notice.ts'
import { type TargetRule, targetsOf } from './targets.ts'
import { Told } from './told.ts'

export interface SgpProtocolOptions extends CycleOptions, Pick<TargetRule, 'count' | 'forwards'> {
  /** Who is behind most neighbours takes shorter steps. */
  readonly staleRate: boolean
}

type Push = Extract<Message, { kind: 'push' }>

/** How long mass that is on its way to a peer nobody wants any more may take to get there. */
const PATIENCE_MS = 60_000
/** The same for a peer that wants to leave: it should not take its operator's time. */
const LEAVE_PATIENCE_MS = 2000

export class SgpProtocol implements Protocol<SgpKinds> {
  readonly #options: SgpProtocolOptions
  readonly #rule: TargetRule
  readonly #stage = new Stage<SgpKinds>()
  readonly #cycle: RoundCycle
  readonly #neighbours: Neighbours
  #alarmed = false
  readonly #told = new Told()
  readonly #early = new Early()

  constructor(options: SgpProtocolOptions, components: Components) {
    const { self, random } = components
    this.#options = options
    this.#rule = { self, count: options.count, forwards: options.forwards }
    this.#cycle = new RoundCycle(options, components, this.#stage, {
      isComplete: () => this.#neighbours.complete,
      isAsked: () => this.#neighbours.present.some((peer) => this.#hasTold(peer)),
      behind: () => this.#join(),
      work: () => this.#work(),
      leave: () => this.#leave()
    })
    this.#neighbours = new Neighbours(
      random,
      (effect) => this.#stage.emit(effect),
      () => this.#cycle.round
    )
  }

  handle(event: ProtocolEvent<SgpKinds>, now: Milliseconds): ReadonlyArray<Effect<SgpKinds>> {
    const cycle = this.#cycle
    this.#stage.now = now
    if (cycle.phase !== 'finished') this.#dispatch(event)
    if (cycle.phase === 'exchanging' && !cycle.attendance.isWaiting) this.#completeRound()
    if (cycle.phase === 'leaving' && this.#neighbours.settled) cycle.phase = 'parting'
    cycle.part()
    return this.#stage.take()
  }

  #dispatch(event: ProtocolEvent<SgpKinds>): void {
    switch (event.type) {
      case 'neighbours':
        this.#cycle.swarm.want(event.peers)
        this.#told.keep((peer) => event.peers.includes(peer) || this.#neighbours.isPresent(peer))
        if (!this.#cycle.over) this.#neighbours.want(event.peers)
        this.#cycle.gathered()
        break
      case 'link':
        if (event.state === 'up') this.#neighbours.linkUp(event.peer)
        else this.#linkDown(event.peer)
        break
      case 'received':
        this.#received(event.from, event.message)
        this.#cycle.gathered()
        break
      case 'computed':
        this.#computed(event.result)
        break
      case 'timer':
        this.#timeUp(event.name)
        break
      default:
        this.#cycle.handle(event)
    }
  }

  #received(from: PeerName, message: Message): void {
    switch (message.kind) {
      case 'hello':
        this.#cycle.swarm.hear(from, message.round)
        this.#neighbours.greet(from, message)
        if (message.leaving) this.#cycle.attendance.lost(from)
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
    const { over, joining, phase, round: own } = this.#cycle
    if (over || joining) return false
    return phase === 'exchanging' ? round > own : round >= own
  }

  /** Adds what a neighbour has pushed. */
  #take(from: PeerName, push: Push): void {
    if (this.#neighbours.receive(from, push)) this.#cycle.joining = false
  }

  /** A neighbour has done its part of `round` for this peer. */
  #tell(from: PeerName, round: number): void {
    const { swarm, attendance, round: own } = this.#cycle
    swarm.hear(from, round)
    this.#told.tell(from, round)
    if (round >= own || attendance.isLate(from)) attendance.settle(from, true, this.#stage.now)
  }

  /** Who comes to a swarm under way gives up its mass, and takes what it is pushed. */
  #join(): void {
    if (this.#cycle.worked || this.#cycle.joining) return
    this.#cycle.joining = true
    this.#stage.compute({ kind: 'void' })
    this.#takeEarly(Infinity)
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'trained':
        this.#stage.emit({ type: 'chosen', values: { mass: result.mass, weight: result.weight } })
        this.#watch(result.largest)
        if (this.#cycle.phase === 'working') this.#push()
        break
      case 'pushed':
        this.#send(result.pushes)
        break
      case 'checkpoint':
        this.#cycle.checkpoints?.copied(result.compute)
        break
      default:
        break
    }
  }

  #watch(largest: number): void {
    const text = this.#alarmed ? null : overflowNotice(largest)
    if (text === null) return
    this.#alarmed = true
    this.#stage.notice(text)
  }

  #timeUp(name: string): void {
    const cycle = this.#cycle
    if (name === cycle.deadline && cycle.phase === 'exchanging') this.#completeRound()
    cycle.timeUp(name)
    if (name === 'leave' && cycle.phase === 'leaving') cycle.phase = 'parting'
  }

  #work(): void {
    const { round, trains, joining, swarm } = this.#cycle
    const late = Math.max(0, swarm.reached - round)
    const isSlowed = late > 0 && this.#options.staleRate
    if (isSlowed) this.#stage.emit({ type: 'chosen', values: { rate: freshness(late) } })
    this.#stage.compute({
      kind: 'local-steps',
      // What has no mass moves nothing.
      steps: trains && !joining ? this.#options.stepsOf(round) : 0,
      from: this.#options.firstStepOf(round),
      late,
      ...(isSlowed && { share: freshness(late) })
    })
  }

  /** It has done its part of this round for this peer. */
  #hasTold(peer: PeerName): boolean {
    return this.#told.has(peer, this.#cycle.round)
  }

  /**
   * Who still owes an earlier round is neither waited for nor pushed to: a slow peer would hoard the mass
   * that the others push faster than it can, and a hung one all of it.
   */
  #keepsUp(peer: PeerName): boolean {
    return this.#neighbours.isPresent(peer) && !this.#cycle.attendance.isLate(peer)
  }

  #push(): void {
    const { wanted } = this.#neighbours
    const targets = targetsOf(this.#rule, wanted, this.#cycle.round, (peer) => this.#keepsUp(peer))
    const aims = targets.map((peer) => this.#neighbours.aim(peer))
    this.#stage.compute({ kind: 'push', aims, again: [] })
  }

  #send(pushes: Extract<Result, { kind: 'pushed' }>['pushes']): void {
    const pushed = new Set(pushes.map((push) => this.#neighbours.push(push)))
    if (this.#cycle.phase === 'working') this.#exchange(pushed)
  }

  #exchange(pushed: ReadonlySet<PeerName | null>): void {
    const { attendance, round } = this.#cycle
    this.#cycle.phase = 'exchanging'
    attendance.open()
    const { present, wanted } = this.#neighbours
    for (const peer of present) if (!pushed.has(peer)) this.#neighbours.pass(peer)
    this.#takeEarly(round)
    const partners = [...wanted].filter((peer) => this.#keepsUp(peer))
    for (const peer of partners) {
      attendance.expect(peer, this.#stage.now)
      if (this.#hasTold(peer)) attendance.settle(peer, true, this.#stage.now)
    }
    this.#cycle.wait(partners, this.#neighbours.cutOff)
  }

  #takeEarly(round: number): void {
    for (const [peer, push] of this.#early.take(round)) this.#take(peer, push)
  }

  #linkDown(peer: PeerName): void {
    this.#neighbours.linkDown(peer, this.#stage.now)
    this.#early.drop(peer)
    this.#cycle.attendance.lost(peer)
  }

  #completeRound(): void {
    const outcome = this.#cycle.attendance.close()
    this.#neighbours.abandon(this.#stage.now - PATIENCE_MS)
    this.#cycle.complete(outcome)
  }

  #leave(): void {
    this.#takeEarly(Infinity)
    this.#neighbours.leave()
    this.#stage.timer('leave', LEAVE_PATIENCE_MS)
  }
}
