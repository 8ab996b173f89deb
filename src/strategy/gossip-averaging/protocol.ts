/**
 * The rounds of gossip averaging (Lian et al. 2017; Koloskova et al. 2019): local steps,
 * encode once per edge, send, mix what the neighbours have sent, go on. A round ends when no
 * neighbour is owed, or at a deadline learned from the neighbours' pace; what comes later is mixed
 * when it comes. Nothing here waits for one particular peer, and who falls behind skips rounds.
 */

import { Pace, type PaceLimits } from '../pace.ts'
import type {
  Components,
  Effect,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent
} from '../strategy.ts'
import { Edges } from './edges.ts'
import type { GossipKinds, Job, Result } from './kinds.ts'
import { SwarmRound } from './swarm-round.ts'

export interface GossipProtocolOptions {
  /** Rounds in all; after the last one the peer leaves. */
  readonly rounds: number
  /** Local steps of a given round. */
  readonly stepsOf: (round: number) => number
  /** Number of the first of these steps in the whole schedule. */
  readonly firstStepOf: (round: number) => number
  readonly deadline: PaceLimits
  readonly startPatience: Milliseconds
}

/**
 * gathering: waiting for the first neighbours; working: local steps or encoding are on their way;
 * exchanging: this round's payloads are out; leaving: no more rounds; finished.
 */
type Phase = 'gathering' | 'working' | 'exchanging' | 'leaving' | 'finished'

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
  readonly #pace: Pace
  readonly #swarm = new SwarmRound()
  #phase: Phase = 'gathering'
  #round: number
  #now: Milliseconds = 0
  #effects: Array<Effect<GossipKinds>> = []
  /** Came to a swarm under way with the initial replica, and has not seen a neighbour's yet. */
  #joining = false
  /** True while this round's end is still to come: somebody owes a part, or nobody can be reached. */
  #waiting = false
  /** Neighbours whose part of this round has come. */
  #heard = 0
  /** Neighbours that this round has sent to and not yet heard from, and since when. */
  readonly #owed = new Map<PeerName, Milliseconds>()
  /** The same for earlier rounds: heard late, they still teach the pace. */
  readonly #late = new Map<PeerName, Milliseconds>()

  constructor(options: GossipProtocolOptions, { self, random, round }: Components) {
    this.#options = options
    this.#round = round
    this.#pace = new Pace(options.deadline)
    this.#edges = new Edges(
      self,
      random,
      (effect) => this.#effects.push(effect),
      (peer, heard) => this.#settled(peer, heard),
      () => this.#round
    )
  }

  handle(event: ProtocolEvent<GossipKinds>, now: Milliseconds): ReadonlyArray<Effect<GossipKinds>> {
    this.#now = now
    this.#effects = []
    this.#dispatch(event)
    if (this.#phase === 'exchanging' && !this.#waiting) this.#completeRound()
    if (this.#phase === 'leaving' && this.#edges.size === 0) this.#finish()
    return this.#effects
  }

  #dispatch(event: ProtocolEvent<GossipKinds>): void {
    switch (event.type) {
      case 'started':
        this.#timer('start', this.#options.startPatience)
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
      case 'leave':
        this.#leave()
        break
    }
  }

  /** True once there will be no more rounds. */
  get #over(): boolean {
    return this.#phase === 'leaving' || this.#phase === 'finished'
  }

  /** A swarm that is under way is not waited for: its neighbours of now are not those of round 0. */
  #gathered(): void {
    if (this.#phase !== 'gathering') return
    // A peer that returns after its last round has nobody to wait for.
    const over = this.#round >= this.#options.rounds
    const behind = this.#swarm.from(this.#round) !== this.#round
    this.#joining = behind && this.#round === 0
    if (over || behind || this.#edges.complete) this.#beginRound()
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'trained':
        if (this.#phase === 'working') this.#encode()
        break
      case 'encoded':
        if (this.#phase === 'working') this.#exchange(result.edges)
        break
      case 'mixed':
      case 'adopted':
      case 'forgotten':
        break
    }
  }

  #timeUp(name: string): void {
    if (name === 'start' && this.#phase === 'gathering') this.#beginRound()
    if (name === `round-${this.#round}` && this.#phase === 'exchanging') this.#completeRound()
    if (this.#phase !== 'leaving') return
    if (name === 'unreachable') this.#edges.abandon(this.#now - LEAVE_PATIENCE_MS)
    if (name === 'leave') this.#finish()
  }

  #beginRound(): void {
    this.#round = Math.min(this.#options.rounds, this.#swarm.from(this.#round))
    this.#effects.push({ type: 'round-began', round: this.#round })
    if (this.#round >= this.#options.rounds) {
      this.#leave()
      return
    }
    this.#phase = 'working'
    this.#compute({
      kind: 'local-steps',
      steps: this.#options.stepsOf(this.#round),
      from: this.#options.firstStepOf(this.#round)
    })
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
    this.#heard = 0
    const partners: PeerName[] = []
    for (const { id, k, shift, bytes } of encoded) {
      const edge = this.#edges.byId(id)
      // The edge may have changed while the job ran: encoding changes no copy, so nothing is lost.
      if (edge === undefined || edge.due !== k || !this.#edges.reachable(edge.peer)) continue
      edge.send(k, { shift, bytes })
      this.#effects.push({
        type: 'send',
        to: edge.peer,
        message: { kind: 'exchange', id, k, round: this.#round, shift, bytes },
        delivery: 'every'
      })
      this.#edges.advance(edge)
      partners.push(edge.peer)
      this.#owed.set(edge.peer, this.#now)
      if (!edge.open) this.#settled(edge.peer, true)
    }
    this.#waiting = this.#owed.size > 0 || this.#edges.cutOff
    if (this.#owed.size > 0) {
      // Those already heard count, too: else the slow ones that are left would set their own deadline.
      this.#timer(`round-${this.#round}`, this.#pace.deadline(partners))
    } else if (this.#waiting) {
      // Without a pause a peer that is cut off would be through its rounds, alone, before the others.
      this.#timer(`round-${this.#round}`, this.#pace.usual())
    }
  }

  #settled(peer: PeerName, heard: boolean): void {
    const since = this.#owed.get(peer) ?? this.#late.get(peer)
    if (since === undefined) return
    if (heard && this.#owed.has(peer)) this.#heard++
    if (heard) this.#pace.observe(peer, this.#now - since)
    this.#paid(peer)
    this.#late.delete(peer)
  }

  /** The round ends with the last one that owed it something. */
  #paid(peer: PeerName): void {
    if (this.#owed.delete(peer) && this.#owed.size === 0) this.#waiting = false
  }

  #linkDown(peer: PeerName): void {
    this.#edges.linkDown(peer, this.#now)
    this.#paid(peer)
    this.#late.delete(peer)
    if (this.#phase === 'leaving') this.#timer('unreachable', LEAVE_PATIENCE_MS)
  }

  #completeRound(): void {
    if (this.#joining) this.#adopt()
    const missed = this.#owed.size
    for (const [peer, since] of this.#owed) this.#late.set(peer, since)
    this.#owed.clear()
    this.#edges.abandon(this.#now - PATIENCE_MS)
    this.#effects.push({ type: 'round-completed', round: this.#round, heard: this.#heard, missed })
    this.#round++
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
    this.#owed.clear()
    this.#edges.want([])
    this.#timer('unreachable', LEAVE_PATIENCE_MS)
    this.#timer('leave', Math.max(LEAVE_PATIENCE_MS, this.#options.deadline.ceiling))
  }

  #finish(): void {
    this.#phase = 'finished'
    this.#effects.push({ type: 'finished' })
  }

  #timer(name: string, after: Milliseconds): void {
    this.#effects.push({ type: 'timer', name, after })
  }

  #compute(job: Job): void {
    this.#effects.push({ type: 'compute', job })
  }
}
