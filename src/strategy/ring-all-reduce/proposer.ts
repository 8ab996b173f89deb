/**
 * Sees to the next view: asks all that can be reached to stop and vote, installs what decide.ts makes of
 * the votes, and tries again where those who answer may not go on or are not ready in time.
 */
import type { Random } from '../../random.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import { decide } from './decide.ts'
import { Formation, type Outcome } from './formation.ts'
import type { Ground } from './ground.ts'
import type { Member, Message, Propose, Status, Vote } from './kinds.ts'
import { LONG_BAR, type Roll, SHORT_BAR } from './roll.ts'
import type { Stage } from './stage.ts'
import { isQuorum, type Memory, remembers } from './view.ts'

export interface ProposerOptions {
  readonly self: PeerName
  readonly random: Random
  readonly floor: Milliseconds
  readonly splitMs: Milliseconds | null
}

export interface ProposerParts {
  readonly ground: Ground
  readonly roll: Roll
  /** What this peer is in. */
  readonly standing: {
    readonly ring: string | null
    readonly memory: Memory
    readonly promised: number
    status(): Status
  }
  readonly deliver: (to: PeerName, message: Message) => void
  /** In no ring, and with no view in the making. */
  readonly gather: () => void
  /** This peer starts, and no ring begins without those whom it still waits for. */
  readonly isPatient: () => boolean
}

/** Times the floor that whoever has voted waits for the next word. */
export const WORDS = 3
/** The same between two attempts of those who are too few. */
const RETRY = 2

export class Proposer {
  readonly #stage: Stage
  readonly #options: ProposerOptions
  readonly #parts: ProposerParts
  /** The view that this peer sees to. */
  #formation: Formation | null = null
  /** It is the first of a ring. */
  #founds = false
  /** Another view is needed, and nobody has begun to make one. */
  #urgent = false
  #strandedSince: Milliseconds | null = null

  constructor(stage: Stage, options: ProposerOptions, parts: ProposerParts) {
    this.#stage = stage
    this.#options = options
    this.#parts = parts
  }

  get proposing(): boolean {
    return this.#formation !== null
  }

  /** A view has begun, or this peer is in no ring any more. */
  reset(): void {
    this.#formation = null
    this.#urgent = false
    this.#strandedSince = null
  }

  /** This peer votes for what `to` proposes. */
  yielded(to: PeerName): void {
    if (to !== this.#options.self) this.#formation = null
    this.#urgent = false
  }

  /** A view has been found that may go on. */
  found(): void {
    this.#strandedSince = null
  }

  /** One that has been missing can be reached. */
  reached(): void {
    if (this.#strandedSince !== null) this.#stage.timer('retry', this.#options.floor / 2)
  }

  /** What it was sent over the old link may be lost. */
  linkUp(peer: PeerName): void {
    this.#formation?.repeat(peer)
  }

  /** Of these members the first that can be reached sees to another view, the others after it. */
  urge(members: readonly Member[]): void {
    if (this.#formation !== null || this.#urgent) return
    const { self, floor } = this.#options
    const { links } = this.#parts.roll
    const before = members.filter(({ name }) => name < self && links.has(name)).length
    this.#urgent = true
    if (before === 0) this.propose(false)
    else this.#stage.timer('urge', before * floor)
  }

  voted(from: PeerName, vote: Vote): void {
    if (vote.generation !== this.#formation?.generation) return
    this.#concluded(this.#formation.vote(from, vote))
  }

  ready(from: PeerName, generation: number, missing: number): void {
    if (generation !== this.#formation?.generation) return
    this.#stage.timer(`ready-${generation}`, WORDS * this.#options.floor)
    this.#concluded(this.#formation.ready(from, missing))
  }

  timeUp(name: string): void {
    if (name === 'urge' && this.#urgent) this.propose(false)
    if (name === 'retry' && this.#strandedSince !== null) this.propose(false)
    const formation = this.#formation
    if (formation === null) return
    if (name === `votes-${formation.generation}`) {
      if (this.#holdsFor(formation.silent)) {
        formation.remind()
        this.#stage.timer(name, this.#options.floor)
      } else this.#concluded(formation.conclude())
    }
    if (name === `ready-${formation.generation}`) {
      if (this.#holdsFor(formation.unready ?? [])) this.#stage.timer(name, this.#options.floor)
      else this.#unready(formation)
    }
    if (name === 'keep') {
      const status = this.#parts.standing.status()
      for (const voter of formation.voters) this.#parts.deliver(voter, status)
      this.#stage.timer('keep', this.#options.floor)
    }
  }

  /** The first ring is not begun without these while they can be reached: all start at this moment. */
  #holdsFor(peers: readonly PeerName[]): boolean {
    const { isPatient, roll } = this.#parts
    const { self } = this.#options
    return (
      this.#founds && isPatient() && peers.every((peer) => peer === self || roll.links.has(peer))
    )
  }

  /** Somebody wants to come or go, or begins or ceases to train. */
  hasReason(members: readonly Member[]): boolean {
    const { ground, roll, standing } = this.#parts
    const { ended, leaving, trains } = ground
    // Some may have gone after the last step: those who are left can decide nothing any more.
    if (ended && !isQuorum(standing.memory, new Set([this.#options.self, ...roll.links])))
      return false
    const inView = new Map(members.map((member) => [member.name, member]))
    const own = inView.get(this.#options.self)
    if (!ended && (leaving || own?.trains !== trains)) return true
    for (const [peer, status] of roll.known()) {
      const member = inView.get(peer)
      // Whoever comes at the end takes the last replica with it.
      if (member === undefined && this.#mayJoin(peer, status)) return true
      if (ended || member === undefined) continue
      if (status.leaving || member.trains !== status.trains) return true
    }
    return false
  }

  #mayJoin(peer: PeerName, status: Status): boolean {
    const { ground, roll, standing } = this.#parts
    // At the end there is no step any more that it could hold up.
    const isBarred = !ground.ended && roll.isBarred(peer, this.#stage.now)
    if (status.leaving || isBarred) return false
    if (standing.ring === null) return status.ring === null
    if (status.ring === standing.ring) return true
    // One that is further begins a ring of its own, and this one joins that.
    return status.ring === null && status.mark.step <= ground.mark.step + 1
  }

  /** `gentle`: members end their step first. */
  propose(gentle: boolean): void {
    const { self, floor } = this.#options
    const { ground, roll, standing, deliver } = this.#parts
    const { ring, memory } = standing
    const { now } = this.#stage
    const asked = [self]
    let generation = standing.promised
    for (const [peer, status] of roll.known()) {
      generation = Math.max(generation, status.promised)
      const isOwn = ring !== null && status.ring === ring && remembers(memory, peer)
      if (isOwn || this.#mayJoin(peer, status)) asked.push(peer)
    }
    generation += 1
    this.#urgent = false
    const after = gentle ? ground.mark.step : 0
    const propose: Propose = { kind: 'propose', generation, ring, after }
    this.#founds = ring === null
    this.#formation = new Formation({
      propose,
      asked,
      deliver,
      holdsForLinks: () => this.#founds && this.#parts.isPatient(),
      decide: (ballots) =>
        decide(ballots, {
          ring: standing.ring,
          fresh: this.#freshRing(),
          split: this.#maySplit(),
          patience: ground.patience,
          gentle,
          barred: ground.ended ? new Set() : roll.barred(now)
        })
    })
    const wait = gentle ? Math.max(floor, ground.patience) : floor
    this.#stage.timer(`votes-${generation}`, wait)
    if (this.#founds) this.#stage.timer('keep', floor)
    this.#formation.begin()
  }

  #freshRing(): string {
    const { random } = this.#options
    const word = (): string =>
      random
        .integer(2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return word() + word()
  }

  #maySplit(): boolean {
    const { splitMs } = this.#options
    if (splitMs === null || this.#strandedSince === null) return false
    return this.#stage.now >= this.#strandedSince + splitMs
  }

  #concluded(outcome: Outcome): void {
    const formation = this.#formation
    const { floor } = this.#options
    const { roll } = this.#parts
    const { now } = this.#stage
    switch (outcome.kind) {
      case 'open':
      case 'begun':
        break
      case 'refused':
        this.#strand()
        break
      case 'installing':
        for (const peer of outcome.plan.leftOut) roll.bar(peer, now, LONG_BAR * floor)
        for (const peer of outcome.plan.early) roll.bar(peer, now, SHORT_BAR * floor)
        this.#strandedSince = null
        for (const peer of formation?.silent ?? []) {
          roll.bar(peer, now, SHORT_BAR * floor)
          roll.silent(peer)
        }
        if (formation === null) break
        this.#stage.timer(`ready-${formation.generation}`, WORDS * floor)
        this.#stage.timer('keep', floor)
        break
    }
  }

  /** No majority can be reached. */
  #strand(): void {
    const { floor, splitMs } = this.#options
    this.#formation = null
    if (this.#strandedSince === null) {
      this.#strandedSince = this.#stage.now
      const then =
        splitMs === null
          ? 'until they are back'
          : `for ${splitMs / 1000} s, and then they go on as a ring of their own`
      this.#stage.notice(`fewer than half of the ring can be reached: those here wait ${then}`)
    }
    this.#stage.timer('retry', RETRY * floor)
  }

  /** Some have voted, and are not ready in time. */
  #unready(formation: Formation): void {
    const { self, floor } = this.#options
    const { roll, standing, gather } = this.#parts
    for (const peer of formation.unready ?? []) {
      if (peer !== self) roll.bar(peer, this.#stage.now, LONG_BAR * floor)
    }
    this.#formation = null
    if (standing.ring === null) gather()
    else this.propose(false)
  }
}
