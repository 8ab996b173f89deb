/**
 * The rounds of gossip averaging (Lian et al. 2017; Koloskova et al. 2019): local steps,
 * encode once per edge, send, mix what the neighbours have sent, go on. A round ends when no
 * neighbour is owed, or at a deadline learned from the neighbours' pace; what comes later is mixed
 * when it comes. Nothing here waits for one particular peer, and who falls behind skips rounds. A peer
 * that does not train does the same without local steps, and begins no round before a neighbour has.
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
import { freshness, type Weighting } from '../weighting.ts'
import { Edges } from './edges.ts'
import type { GossipKinds, Result } from './kinds.ts'

export interface GossipProtocolOptions extends CycleOptions {
  /** Each round's exchange is of what it begins with, and goes on while its steps do. @default false */
  readonly exchangesFirst?: boolean
  /** @default uniform */
  readonly weighting?: Weighting
  /** Who is behind most neighbours takes shorter steps. @default false */
  readonly staleRate?: boolean
}

/**
 * How long a broken link to a neighbour may take to come back before an edge that is ending is given
 * up: redials take a fraction of it, and an edge given up at one end only has bent the mean.
 */
const PATIENCE_MS = 60_000
/** The same for a peer that wants to leave: it should not take its operator's time. */
const LEAVE_PATIENCE_MS = 2000

export class GossipProtocol implements Protocol<GossipKinds> {
  readonly #options: GossipProtocolOptions
  readonly #stage = new Stage<GossipKinds>()
  readonly #cycle: RoundCycle
  readonly #edges: Edges
  /** This round's local steps are under way. */
  #training = false
  /** This round's deadline has passed. */
  #overdue = false

  constructor(options: GossipProtocolOptions, components: Components) {
    const { self, random } = components
    this.#options = options
    this.#cycle = new RoundCycle(options, components, this.#stage, {
      isComplete: () => this.#edges.complete,
      isAsked: () => this.#isAsked,
      behind: () => {
        this.#cycle.joining ||= this.#cycle.round === 0
      },
      work: () => this.#work(),
      leave: () => this.#leave()
    })
    this.#edges = new Edges(
      self,
      random,
      (effect) => this.#stage.emit(effect),
      (peer, heard) => this.#cycle.attendance.settle(peer, heard, this.#stage.now),
      () => this.#cycle.round,
      options.weighting
    )
  }

  handle(event: ProtocolEvent<GossipKinds>, now: Milliseconds): ReadonlyArray<Effect<GossipKinds>> {
    const cycle = this.#cycle
    this.#stage.now = now
    this.#dispatch(event)
    if (cycle.phase === 'exchanging' && this.#isComplete) this.#completeRound()
    if (cycle.phase === 'leaving' && this.#edges.size === 0) cycle.phase = 'parting'
    cycle.part()
    return this.#stage.take()
  }

  get #isComplete(): boolean {
    return !this.#training && (!this.#cycle.attendance.isWaiting || this.#overdue)
  }

  #dispatch(event: ProtocolEvent<GossipKinds>): void {
    switch (event.type) {
      case 'neighbours':
        this.#cycle.swarm.want(event.peers)
        if (!this.#cycle.over) this.#edges.want(event.peers)
        this.#cycle.gathered()
        break
      case 'link':
        if (event.state === 'up') this.#edges.linkUp(event.peer)
        else this.#linkDown(event.peer)
        break
      case 'received':
        if ('round' in event.message) this.#cycle.swarm.hear(event.from, event.message.round)
        this.#edges.received(event.from, event.message)
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

  #computed(result: Result): void {
    switch (result.kind) {
      case 'trained':
        this.#training = false
        if (this.#cycle.phase === 'working') this.#encode()
        break
      case 'encoded':
        if (this.#cycle.phase === 'working') this.#exchange(result.edges)
        break
      case 'checkpoint':
        this.#cycle.checkpoints?.copied(result.compute)
        break
      case 'resumed':
      case 'mixed':
      case 'adopted':
      case 'forgotten':
        break
    }
  }

  #timeUp(name: string): void {
    const cycle = this.#cycle
    if (name === cycle.deadline && cycle.phase === 'exchanging') this.#overdue = true
    cycle.timeUp(name)
    if (cycle.phase !== 'leaving') return
    if (name === 'unreachable') this.#edges.abandon(this.#stage.now - LEAVE_PATIENCE_MS)
    if (name === 'leave') cycle.phase = 'parting'
  }

  #work(): void {
    const cycle = this.#cycle
    const { round, trains, swarm } = cycle
    // Who has learned nothing has nothing to bring to those who are further.
    if (!trains && round === 0 && swarm.furthest > 0) cycle.joining = true
    this.#training = true
    if (this.#options.exchangesFirst === true) this.#encode()
    const behind = this.#options.staleRate === true ? swarm.reached - round : 0
    this.#stage.compute({
      kind: 'local-steps',
      steps: trains ? this.#options.stepsOf(round) : 0,
      from: this.#options.firstStepOf(round),
      ...(behind > 0 && { share: freshness(behind) })
    })
    if (behind > 0) this.#stage.emit({ type: 'chosen', values: { rate: freshness(behind) } })
  }

  get #isAsked(): boolean {
    const { swarm, round } = this.#cycle
    for (const edge of this.#edges.all()) {
      if (!edge.asked || !this.#edges.reachable(edge.peer)) continue
      if (swarm.heard(edge.peer) >= round) return true
    }
    return false
  }

  #encode(): void {
    const edges: Array<{ id: string; k: number }> = []
    for (const edge of this.#edges.all()) {
      const k = edge.due
      if (k !== null && this.#edges.reachable(edge.peer)) edges.push({ id: edge.id, k })
    }
    this.#stage.compute({ kind: 'encode', edges, joining: this.#cycle.joining })
  }

  #exchange(encoded: Extract<Result, { kind: 'encoded' }>['edges']): void {
    const { attendance, round } = this.#cycle
    this.#cycle.phase = 'exchanging'
    attendance.open()
    const partners: PeerName[] = []
    for (const { id, k, ...payload } of encoded) {
      const edge = this.#edges.byId(id)
      // The edge may have changed while the job ran: encoding changes no copy, so nothing is lost.
      if (edge === undefined || edge.due !== k || !this.#edges.reachable(edge.peer)) continue
      const side = { ...payload, round }
      edge.send(k, side)
      this.#stage.send(edge.peer, { kind: 'exchange', id, k, ...side })
      this.#edges.advance(edge)
      partners.push(edge.peer)
      attendance.expect(edge.peer, this.#stage.now)
      if (!edge.open) attendance.settle(edge.peer, true, this.#stage.now)
    }
    this.#cycle.wait(partners, this.#edges.cutOff)
  }

  #linkDown(peer: PeerName): void {
    this.#edges.linkDown(peer, this.#stage.now)
    this.#cycle.attendance.lost(peer)
    if (this.#cycle.phase === 'leaving') this.#stage.timer('unreachable', LEAVE_PATIENCE_MS)
  }

  #completeRound(): void {
    if (this.#cycle.joining) this.#adopt()
    this.#overdue = false
    const outcome = this.#cycle.attendance.close()
    this.#edges.abandon(this.#stage.now - PATIENCE_MS)
    this.#cycle.complete(outcome)
  }

  /** Takes the neighbours' replicas for its own, once one of them has come. */
  #adopt(): void {
    const ids = this.#edges.trained
    if (ids.length === 0) return
    this.#cycle.joining = false
    this.#stage.compute({ kind: 'adopt', ids })
  }

  #leave(): void {
    this.#edges.want([])
    this.#stage.timer('unreachable', LEAVE_PATIENCE_MS)
    this.#stage.timer('leave', Math.max(LEAVE_PATIENCE_MS, this.#options.deadline.ceiling))
  }
}
