/**
 * Who is in the ring. A view is a list of members; it has a number, its generation. Whoever sees that
 * another one is needed asks all that it can reach to stop and vote, and installs what decide.ts makes
 * of the votes. A peer votes once for a generation and installs nothing older than its last vote; view.ts
 * says why there are never two rings of one name that go on.
 */
import type { PeerName } from '../strategy.ts'
import { Gathering, type GatheringOptions } from './gathering.ts'
import type { Ground } from './ground.ts'
import type { Install, Message, Propose, Status, Vote } from './kinds.ts'
import { Proposer, type ProposerOptions, WORDS } from './proposer.ts'
import { Roll } from './roll.ts'
import type { Stage } from './stage.ts'
import { MAX_ATTEMPTS, type Memory, merged, NO_MEMORY, remembers } from './view.ts'

export type MembershipOptions = GatheringOptions & ProposerOptions

/** Times the floor between two statuses for those that are not in the ring. */
const TELLING = 2

export class Membership {
  readonly roll = new Roll()
  readonly #stage: Stage
  readonly #options: MembershipOptions
  readonly #ground: Ground
  readonly #gathering: Gathering
  readonly #proposer: Proposer
  /** That this peer is in; null: in none. */
  ring: string | null = null
  memory: Memory = NO_MEMORY
  /** The highest generation that it has voted for. */
  promised = 0
  #promisedTo: PeerName | null = null
  #view: Install | null = null
  #begun = false
  /** A vote that waits for the end of a step. */
  #owed: Propose | null = null
  /** A view without this peer, which has not begun. */
  #without: number | null = null

  constructor(stage: Stage, options: MembershipOptions, ground: Ground) {
    this.#stage = stage
    this.#options = options
    this.#ground = ground
    this.#proposer = new Proposer(stage, options, {
      ground,
      roll: this.roll,
      standing: this,
      deliver: (to, message) => this.#deliver(to, message),
      gather: () => this.#gathering.begin(),
      isPatient: () => this.#gathering.isPatient
    })
    this.#gathering = new Gathering(stage, options, this.roll, {
      isFree: () => this.ring === null && !this.#proposer.proposing && !ground.leaving,
      step: () => ground.mark.step,
      found: () => this.#proposer.propose(false)
    })
  }

  get view(): Install | null {
    return this.#view
  }

  get begun(): boolean {
    return this.#begun
  }

  /** True while a vote has been given and no view has begun since. */
  get frozen(): boolean {
    return this.#view === null || !this.#begun || this.promised > this.#view.generation
  }

  start(): void {
    this.#gathering.begin()
    this.#stage.timer('tell', TELLING * this.#options.floor)
  }

  want(peers: readonly PeerName[]): void {
    this.roll.wanted = peers
    this.#gathering.look()
  }

  linkUp(peer: PeerName): void {
    this.roll.up(peer)
    this.#stage.send(peer, this.status())
    this.#proposer.linkUp(peer)
    // Who has voted had fewer links then.
    if (this.ring === null && this.promised > 0 && this.#owed === null) this.#vote()
    if (this.#view?.members.some(({ name }) => name === peer) !== true) return
    const { generation } = this.#view
    if (this.#begun) this.#stage.send(peer, { kind: 'begin', generation })
  }

  linkDown(peer: PeerName): void {
    this.roll.down(peer, this.#stage.now)
    if (this.#isMember(peer)) this.#stage.timer('gone', this.#options.floor)
  }

  received(from: PeerName, message: Message): void {
    switch (message.kind) {
      case 'status':
        this.#heard(from, message)
        break
      case 'propose':
        this.#asked(from, message)
        break
      case 'vote':
        this.#proposer.voted(from, message)
        break
      case 'install':
        this.#install(from, message)
        break
      case 'ready':
        this.#proposer.ready(from, message.generation, message.missing)
        break
      case 'begin':
        this.begin(message.generation)
        break
    }
  }

  /** All members of the view have installed it. */
  begin(generation: number): void {
    const view = this.#view
    if (this.#without === generation && this.promised === generation) {
      this.#forget()
      this.#gathering.begin()
      this.#ground.leftOut()
      return
    }
    if (view?.generation !== generation || this.#begun || this.promised !== generation) return
    this.#begun = true
    const members = view.members.map(({ name }) => name)
    this.memory = { confirmed: { generation, members }, attempts: [] }
    this.#proposer.reset()
    this.tell()
    this.#ground.begun()
  }

  timeUp(name: string): void {
    const { floor } = this.#options
    this.#gathering.timeUp(name)
    if (name === 'tell') {
      this.#tellOutsiders()
      this.#stage.timer('tell', TELLING * floor)
    }
    if (name === 'gone' && this.#someoneIsGone()) this.urge()
    if (name === `word-${this.promised}` && this.frozen) this.#unanswered()
    this.#proposer.timeUp(name)
  }

  /** Another view is needed, now. */
  urge(): void {
    if (this.#view !== null) this.#proposer.urge(this.#view.members)
  }

  /**
   * Between two steps: gives a vote that waited for that and, where this peer is the ring's first,
   * sees to who wants to come or go. True: no step may begin now.
   */
  boundary(): boolean {
    if (this.#owed !== null && this.#ground.mark.step >= this.#owed.after) this.#vote()
    if (this.frozen) return true
    if (
      this.#view!.members[0]?.name !== this.#options.self ||
      !this.#proposer.hasReason(this.#view!.members)
    )
      return false
    this.#proposer.propose(true)
    return true
  }

  /** `missing`: bytes of the replica that the view begins from. */
  ready(generation: number, missing: number): void {
    if (generation !== this.promised || this.#promisedTo === null) return
    this.#deliver(this.#promisedTo, { kind: 'ready', generation, missing })
  }

  /** The replica that came is none: this peer is of no use to its ring. */
  quit(): void {
    this.#forget()
    this.#gathering.begin()
    this.tell()
  }

  /** To all that have a link. */
  tell(): void {
    for (const peer of this.roll.links) this.#stage.send(peer, this.status())
  }

  #isMember(peer: PeerName): boolean {
    return this.#view?.members.some(({ name }) => name === peer) === true
  }

  status(): Status {
    const { mark, trains, leaving } = this.#ground
    const view = this.#view?.generation ?? 0
    return {
      kind: 'status',
      ring: this.ring,
      view,
      promised: this.promised,
      mark,
      trains,
      leaving
    }
  }

  #tellOutsiders(): void {
    for (const peer of this.roll.links) {
      if (!this.#isMember(peer)) this.#stage.send(peer, this.status())
    }
  }

  /** It has told that it has made this ring's last step. */
  hasEnded(peer: PeerName): boolean {
    const { ended, mark } = this.#ground
    return ended && this.roll.hasMade(peer, mark.ring, mark.step)
  }

  /** Nothing more is to come from this peer. */
  finish(): void {
    for (const peer of this.roll.links) {
      this.#stage.send(peer, { ...this.status(), leaving: true })
      this.#stage.emit({ type: 'release', peer })
    }
  }

  #someoneIsGone(): boolean {
    const { floor } = this.#options
    return (
      this.#view?.members.some(
        ({ name }) =>
          name !== this.#options.self &&
          this.roll.isGone(name, this.#stage.now, floor) &&
          !this.hasEnded(name)
      ) === true
    )
  }

  #heard(from: PeerName, status: Status): void {
    const isNew = this.roll.status(from) === undefined
    this.roll.heard(from, status)
    if (from === this.#promisedTo && !this.#proposer.proposing && this.frozen) this.#expectWord()
    if (this.ring !== null && status.ring !== null && !status.leaving) {
      if (status.ring !== this.ring && this.#isAhead(status)) this.#abandon(status)
      else if (this.#isPast(from, status)) {
        // The ring has gone on without this peer.
        this.#forget()
        this.#gathering.begin()
      }
    }
    if (isNew && remembers(this.memory, from)) this.#proposer.reached()
    this.#gathering.look()
  }

  /** Whoever asked for the last vote has a view that it has not sent here, or there is a later one. */
  #isPast(from: PeerName, { ring, view }: Status): boolean {
    if (ring !== this.ring || view < this.promised) return false
    if (view > this.promised) return true
    const own = this.#view?.generation ?? 0
    return from === this.#promisedTo && own < view && this.#without !== view
  }

  /** Of two rings one goes on; a step more may be one that only one peer has made. */
  #isAhead({ ring, mark }: Status): boolean {
    const ahead = mark.step - this.#ground.mark.step
    return Math.abs(ahead) <= 1 ? ring! > this.ring! : ahead > 0
  }

  #abandon({ mark }: Status): void {
    const own = this.#ground.mark.step
    this.#stage.notice(
      `another ring of this swarm is at step ${mark.step}, this one at ${own}: joining it, and taking ` +
        'its replica; what this ring has learned apart from it is lost'
    )
    this.#forget()
    this.tell()
    this.#gathering.begin()
  }

  /** This peer is in no ring any more. */
  #forget(): void {
    this.ring = null
    this.memory = NO_MEMORY
    this.#view = null
    this.#begun = false
    this.#proposer.reset()
    this.#without = null
    this.#owed = null
    this.#ground.freeze()
  }

  #deliver(to: PeerName, message: Message): void {
    if (to === this.#options.self) this.received(to, message)
    else this.#stage.send(to, message)
  }

  /** Whoever has asked for this peer's vote says nothing more. */
  #unanswered(): void {
    if (this.#proposer.proposing) return
    this.#owed = null
    if (this.ring === null) this.#gathering.begin()
    else if (this.#view !== null) this.urge()
  }

  #expectWord(): void {
    this.#stage.timer(`word-${this.promised}`, WORDS * this.#options.floor)
  }

  #asked(from: PeerName, propose: Propose): void {
    const { self } = this.#options
    const { ring, generation, after } = propose
    const { mark } = this.#ground
    const isFurther = this.ring === null && ring !== null && after > 0 && mark.step > after + 1
    if ((this.ring !== null && ring !== this.ring) || isFurther) {
      this.#stage.send(from, this.status())
      return
    }
    if (generation <= this.promised) {
      const again = generation === this.promised && from === this.#promisedTo && from !== self
      if (again && this.#owed === null && this.#view?.generation !== generation) this.#vote()
      else if (from !== self && !again) this.#stage.send(from, this.status())
      return
    }
    this.#proposer.yielded(from)
    this.#without = null
    this.promised = generation
    this.#promisedTo = from
    const inStep = this.#isMember(from) && this.#begun && mark.step < after
    this.#owed = propose
    if (!inStep) this.#vote()
    if (from !== self) {
      const { floor } = this.#options
      this.#stage.timer(`word-${generation}`, WORDS * floor + (inStep ? this.#ground.patience : 0))
    }
  }

  #vote(): void {
    const { mark, trains, leaving, pace, busy } = this.#ground
    this.#owed = null
    this.#ground.freeze()
    const vote: Vote = {
      kind: 'vote',
      generation: this.promised,
      ring: this.ring,
      ...this.memory,
      mark,
      trains,
      leaving,
      pace,
      busy,
      linked: [...this.roll.links]
    }
    this.#deliver(this.#promisedTo!, vote)
  }

  #install(from: PeerName, install: Install): void {
    const { generation, ring, members, confirmed, attempts } = install
    if (generation !== this.promised || from !== this.#promisedTo) return
    if (this.#view?.generation === generation) {
      this.#ground.installed(install)
      return
    }
    if (!members.some(({ name }) => name === this.#options.self)) {
      this.#without = generation
      this.#ground.serve(install)
      return
    }
    const names = members.map(({ name }) => name)
    const memory = merged([{ confirmed, attempts: [...attempts, { generation, members: names }] }])
    if (memory.attempts.length > MAX_ATTEMPTS) {
      this.#forget()
      this.#gathering.begin()
      return
    }
    this.ring = ring
    this.memory = memory
    this.#view = install
    this.#begun = false
    this.#proposer.found()
    if (!this.#proposer.proposing) this.#expectWord()
    this.#ground.installed(install)
  }
}
