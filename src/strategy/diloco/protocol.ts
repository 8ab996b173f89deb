/**
 * The outer rounds of DiLoCo (Douillard et al. 2023, Alg. 1) among peers that are all alike: local steps,
 * the part that they make to everybody, the outer step. Equal parts in equal order give equal bits, and
 * what a peer says of itself carries the hash of what it has.
 */
import { Checkpoints } from '../checkpoints.ts'
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
import { Company, isAhead } from './company.ts'
import { Desk } from './desk.ts'
import type { Fetched } from './fetch.ts'
import { History } from './history.ts'
import type { DilocoKinds, Message, Part, Result } from './kinds.ts'
import { Situation } from './situation.ts'
import { type Close, type StepOptions, Steps } from './steps.ts'
import { weigh } from './weigh.ts'

export interface DilocoProtocolOptions extends Rounds, StepOptions {
  readonly startPatience: Milliseconds
}

/** A peer that leaves waits so long for those who may lack what it has. */
const LEAVE_PATIENCE_MS = 2000
/** The same at the end of the run, when all are to end with one replica. */
const END_PATIENCE_MS = 5000

export class DilocoProtocol implements Protocol<DilocoKinds> {
  readonly #options: DilocoProtocolOptions
  readonly #at: Situation
  readonly #company: Company
  readonly #steps: Steps
  readonly #history: History
  readonly #desk = new Desk()
  /** Null: none are taken. */
  readonly #checkpoints: Checkpoints | null
  #samples = 0
  /** Has asked for the swarm's state, and has none of its own. */
  #joining = false
  /** Local steps under way. */
  #training = 0
  /** True once this life has done something that a checkpoint would keep. */
  #worked = false
  /** The run has ended before its last round. */
  #ending = false

  constructor(options: DilocoProtocolOptions, components: Components) {
    const { self, round, trains = true, checkpointEvery } = components
    this.#options = options
    this.#company = new Company(self)
    this.#at = new Situation(self, round, trains, this.#company)
    this.#steps = new Steps(options, this.#at, this.#company, (close, parts) =>
      this.#step(close, parts)
    )
    this.#history = new History(this.#at, this.#company, this.#steps, options.deadline.ceiling)
    this.#checkpoints =
      checkpointEvery === undefined
        ? null
        : new Checkpoints(checkpointEvery, (effect) => this.#at.emit(effect))
  }

  handle(event: ProtocolEvent<DilocoKinds>, now: Milliseconds): ReadonlyArray<Effect<DilocoKinds>> {
    this.#at.now = now
    if (this.#at.phase !== 'finished') this.#dispatch(event)
    if (this.#at.phase === 'leaving' && this.#mayGo) this.#at.phase = 'parting'
    if (this.#at.phase === 'parting' && this.#checkpoints?.busy !== true) this.#part()
    return this.#at.take()
  }

  #dispatch(event: ProtocolEvent<DilocoKinds>): void {
    switch (event.type) {
      case 'started':
        this.#start(event.records)
        break
      case 'neighbours':
        this.#company.want(event.peers)
        for (const peer of this.#company.present) this.#releaseUnwanted(peer)
        this.#gathered()
        break
      case 'link':
        if (event.state === 'up') this.#at.send(event.peer, this.#hello())
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
        if (this.#at.phase === 'gathering') this.#leave()
        break
      case 'leave':
        this.#leave()
        break
    }
  }

  /** Goes on with the checkpoint of an earlier life, if there is one. */
  #start(records: readonly Checkpoint[]): void {
    this.#checkpoints?.begin(this.#at.now)
    const [checkpoint] = records
    if (checkpoint === undefined) this.#at.settle({ kind: 'identify' })
    else {
      this.#at.round = checkpoint.round
      this.#at.settle({ kind: 'resume', compute: checkpoint.compute })
    }
    this.#at.timer('start', this.#options.startPatience)
  }

  #train(on: boolean): void {
    if (this.#at.trains === on) return
    this.#at.trains = on
    this.#at.broadcast(this.#hello())
    if (on) this.#work()
    else this.#steps.absent(this.#at.self)
  }

  #received(from: PeerName, message: Message): void {
    switch (message.kind) {
      case 'hello':
        this.#greet(from, message)
        break
      case 'part':
        this.#company.heard(from, message.stance)
        this.#steps.take(from, message.origin, message.part)
        break
      case 'close':
        this.#company.heard(from, message.stance)
        this.#steps.closed(from, message)
        break
      case 'want':
        this.#steps.give(from, message)
        return
      case 'ask':
        if (this.#joining || !this.#desk.ask(from, this.#at.round)) return
        this.#at.compute({ kind: 'state' })
        return
      case 'state': {
        const fetched = this.#history.take(from, message)
        if (fetched !== null && isAhead(fetched.stance, this.#at.latest)) this.#adopt(fetched)
        return
      }
    }
    this.#history.compare(from)
  }

  #greet(from: PeerName, message: Extract<Message, { kind: 'hello' }>): void {
    const first = this.#company.greet(from, message)
    if (message.leaving) {
      if (this.#at.phase !== 'leaving') this.#at.send(from, this.#hello())
      this.#steps.absent(from)
    }
    if (first) this.#steps.greet(from, message.stance.round)
    this.#releaseUnwanted(from)
  }

  #releaseUnwanted(peer: PeerName): void {
    if (!this.#company.isWanted(peer)) this.#at.emit({ type: 'release', peer })
  }

  #linkDown(peer: PeerName): void {
    this.#steps.linkDown(peer)
    this.#releaseUnwanted(peer)
    if (this.#history.lost(peer)) this.#joinOn()
    this.#work()
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'stands':
        if (this.#at.settled(result.merit, result.id)) this.#stand(result)
        break
      case 'trained':
        this.#training--
        this.#trained(result.part)
        this.#work()
        break
      case 'state': {
        const [peer, messages] = this.#desk.give(result)
        for (const message of messages) this.#at.send(peer, message)
        break
      }
      case 'checkpoint':
        this.#checkpoints?.copied(result.compute)
        break
    }
  }

  #stand({ id, samples }: Extract<Result, { kind: 'stands' }>): void {
    this.#samples = samples
    const cut = this.#at.round.toString(16).padStart(16, '0')
    this.#at.emit({ type: 'replica', cut, hash: id })
    if (this.#at.phase === 'leaving') this.#at.broadcast(this.#hello())
    this.#gathered()
    this.#steps.settled()
    this.#history.compareAll()
    this.#work()
  }

  #trained(part: Part): void {
    // It may have taken another state meanwhile: what is too old for the steps from there is of no use.
    const isOld = part.round < this.#at.round - this.#options.staleness
    if (this.#at.phase !== 'running' || isOld) return
    this.#at.broadcast({ kind: 'part', stance: this.#at.latest, origin: null, part })
    this.#steps.take(this.#at.self, null, part)
  }

  /** All parts of this round's step are there. */
  #step({ entries }: Close, all: readonly Part[]): void {
    const round = this.#at.round
    const { parts, contributors, share } = weigh(entries, all, round, this.#at.self)
    this.#at.settle({ kind: 'step', parts })
    this.#at.emit({ type: 'chosen', values: { weight: share, parts: parts.length } })
    const heard = contributors.filter((peer) => peer !== this.#at.self).length
    const missed = this.#company.trainers.filter((peer) => !contributors.includes(peer)).length
    this.#at.emit({ type: 'round-completed', round, heard, missed })
    this.#company.stepped(contributors)
    this.#at.round++
    this.#checkpoints?.completed(this.#at.round, this.#at.now)
    this.#beginRound()
  }

  #beginRound(): void {
    this.#at.phase = 'running'
    this.#at.emit({ type: 'round-began', round: this.#at.round })
    if (this.#hasEnded) {
      this.#leave()
      return
    }
    this.#steps.begin()
    this.#steps.settled()
    this.#work()
  }

  /** Local steps, unless those of this round are done, or the round has been closed without them. */
  #work(): void {
    const { stance, trains, phase } = this.#at
    if (stance === null || !trains || phase !== 'running') return
    if (this.#training > 0 || this.#steps.hasOwn) return
    if (this.#steps.isPending || this.#history.isFetching) return
    this.#worked = true
    this.#training++
    const { round, id: base } = stance
    const steps = this.#options.stepsOf(round)
    const from = this.#options.firstStepOf(round)
    this.#at.compute({ kind: 'local-steps', steps, from, round, base })
  }

  #adopt({ stance, samples, parameters, momentum }: Fetched): void {
    const { merit } = stance
    this.#at.settle({ kind: 'adopt', parameters, momentum, merit, samples })
    this.#joining = false
    this.#at.round = stance.round
    this.#at.latest = stance
    this.#steps.forget()
    this.#company.stepped([])
    if (this.#at.phase !== 'running' && this.#at.phase !== 'gathering') return
    this.#at.broadcast(this.#hello())
    this.#steps.handOver()
    this.#beginRound()
  }

  /** The one that was asked for the swarm's state has not given it: asks another, or goes on without. */
  #joinOn(): void {
    if (!this.#joining || this.#history.join(this.#at.latest)) return
    this.#joining = false
    this.#at.broadcast(this.#hello())
    this.#gathered()
  }

  #timeUp(name: string): void {
    if (name === 'start' && this.#at.phase === 'gathering' && !this.#joining) this.#beginRound()
    if (name === 'leave' && this.#at.phase === 'leaving') this.#at.phase = 'parting'
    if (this.#history.timeUp(name)) this.#joinOn()
    if (this.#at.phase === 'running') this.#steps.timeUp(name)
    this.#history.compareAll()
    this.#work()
  }

  #gathered(): void {
    if (this.#at.phase !== 'gathering' || this.#at.stance === null) return
    if (this.#history.join(this.#at.latest)) {
      if (this.#joining) return
      this.#joining = true
      this.#at.broadcast(this.#hello())
      return
    }
    if (this.#at.round >= this.#options.rounds || this.#company.isComplete) this.#beginRound()
  }

  #hello(): Message {
    return {
      kind: 'hello',
      stance: this.#at.latest,
      trains: this.#at.trains,
      joining: this.#joining,
      leaving: this.#at.phase === 'leaving' || this.#at.phase === 'parting'
    }
  }

  #leave(): void {
    if (this.#at.phase !== 'gathering' && this.#at.phase !== 'running') return
    this.#at.phase = 'leaving'
    // What is said before the last step has been made is not the last word.
    if (this.#at.stance !== null) this.#at.broadcast(this.#hello())
    this.#at.timer('leave', this.#hasEnded ? END_PATIENCE_MS : LEAVE_PATIENCE_MS)
  }

  get #hasEnded(): boolean {
    return this.#ending || this.#at.round >= this.#options.rounds
  }

  /** Nobody can lack what this peer has. */
  get #mayGo(): boolean {
    if (this.#at.stance === null || this.#history.isFetching) return false
    return this.#company.isThrough(this.#at.latest, this.#hasEnded)
  }

  /** Takes the last checkpoint; finishes once it has been kept, or not. */
  #part(): void {
    if (this.#worked && !this.#joining && this.#checkpoints !== null) {
      this.#worked = false
      this.#checkpoints.take(this.#at.round, this.#at.now)
      return
    }
    this.#at.phase = 'finished'
    for (const peer of this.#company.present) this.#at.emit({ type: 'release', peer })
    this.#at.emit({ type: 'finished', ...(this.#hasEnded && { end: { samples: this.#samples } }) })
  }
}
