/**
 * A peer's way through rounds that each neighbour paces for itself: gather, work, exchange, go on, leave.
 * Who falls behind skips rounds; a peer that does not train works only in rounds that a neighbour has
 * begun; the last checkpoint is kept before the peer parts. What a round is made of is its strategy's.
 */
import type { Saved } from '../vector/saved.ts'
import { Attendance } from './attendance.ts'
import { type CheckpointEffect, Checkpoints } from './checkpoints.ts'
import type { PaceLimits } from './pace.ts'
import type { Rounds } from './rounds.ts'
import type {
  Checkpoint,
  Components,
  Effect,
  Kinds,
  Milliseconds,
  PeerName,
  ProtocolEvent
} from './strategy.ts'
import { SwarmRound } from './swarm-round.ts'

export interface CycleOptions extends Rounds {
  readonly deadline: PaceLimits
  readonly startPatience: Milliseconds
}

/**
 * gathering: waiting for the first neighbours, without training for one that begins the round;
 * working: what this round brings the others is being made; exchanging: it is out;
 * leaving: no more rounds; parting: nothing is owed, and the last checkpoint is taken; finished.
 */
export type Phase = 'gathering' | 'working' | 'exchanging' | 'leaving' | 'parting' | 'finished'

/** What a strategy does in its rounds. */
export interface RoundParts {
  /** All that are wanted as neighbours are there. */
  readonly isComplete: () => boolean
  /** A neighbour is in this round and waits for this peer's part: so peers that only follow stand still together. */
  readonly isAsked: () => boolean
  /** The swarm is rounds ahead of one that gathers: it begins where the others are. */
  readonly behind: () => void
  /** This round's own part. */
  readonly work: () => void
  /** There will be no more rounds. */
  readonly leave: () => void
}

type CycleEffect =
  | CheckpointEffect
  | Extract<Effect<Kinds>, { type: 'round-began' | 'round-completed' | 'finished' }>
  | { readonly type: 'compute'; readonly job: { readonly kind: 'resume'; readonly compute: Saved } }

type CycleEvent = ProtocolEvent<Kinds & { record: Checkpoint }>

/** The event being handled, as far as rounds have to do with it. */
interface CycleStage {
  readonly now: Milliseconds
  emit(effect: CycleEffect): void
  timer(name: string, after: Milliseconds): void
}

export class RoundCycle {
  readonly swarm = new SwarmRound()
  readonly attendance: Attendance
  /** Null: none are taken. */
  readonly checkpoints: Checkpoints | null
  phase: Phase = 'gathering'
  round: number
  trains: boolean
  /** Has come to a swarm under way, and its replica is not the swarm's yet. */
  joining = false
  readonly #options: CycleOptions
  readonly #stage: CycleStage
  readonly #parts: RoundParts
  /** The latest round that has begun for the topology. */
  #announced: number | null = null
  /** The round that comes after the local steps that have been issued. */
  #next: number
  /** The round that neighbours are beyond, and for which this peer has set itself a time. */
  #waitingBehind: number | null = null
  #worked = false
  /** The run has ended before its last round. */
  #ending = false

  constructor(
    options: CycleOptions,
    { round, trains = true, checkpointEvery }: Components,
    stage: CycleStage,
    parts: RoundParts
  ) {
    this.#options = options
    this.round = round
    this.#next = round
    this.trains = trains
    this.#stage = stage
    this.#parts = parts
    this.attendance = new Attendance(options.deadline)
    this.checkpoints =
      checkpointEvery === undefined
        ? null
        : new Checkpoints(checkpointEvery, (effect) => stage.emit(effect))
  }

  /** True once there will be no more rounds. */
  get over(): boolean {
    return this.phase === 'leaving' || this.phase === 'parting' || this.phase === 'finished'
  }

  /** This life has done something that a checkpoint would keep. */
  get worked(): boolean {
    return this.#worked
  }

  /** What is the same whatever a round is made of. */
  handle(event: CycleEvent): void {
    switch (event.type) {
      case 'started':
        this.#start(event.records)
        break
      case 'checkpointed':
        this.checkpoints?.answered()
        break
      case 'training':
        this.#train(event.on)
        break
      case 'end':
        this.#ending = true
        if (this.phase === 'gathering') this.#leave()
        break
      case 'leave':
        this.#leave()
        break
    }
  }

  /** Goes on with the checkpoint of an earlier life, if there is one. */
  #start(records: readonly Checkpoint[]): void {
    this.checkpoints?.begin(this.#stage.now)
    const [checkpoint] = records
    if (checkpoint !== undefined) {
      this.round = checkpoint.round
      this.#next = checkpoint.round
      const job = { kind: 'resume', compute: checkpoint.compute } as const
      this.#stage.emit({ type: 'compute', job })
      this.#announce()
    }
    this.#stage.timer('start', this.#options.startPatience)
  }

  #train(on: boolean): void {
    if (this.trains === on) return
    this.trains = on
    if (this.phase !== 'gathering') return
    this.#stage.timer('start', this.#options.startPatience)
    this.gathered()
  }

  #leave(): void {
    if (this.over) return
    this.phase = 'leaving'
    this.attendance.clear()
    this.#parts.leave()
  }

  /**
   * Looks whether the wait for the first neighbours has an end. A swarm that is under way is not waited
   * for: its neighbours of now are not those of round 0.
   */
  gathered(): void {
    if (this.phase !== 'gathering') return
    // A peer that returns after its last round has nobody to wait for.
    const over = this.round >= this.#options.rounds
    const behind = this.swarm.from(this.round) !== this.round
    if (behind) this.#parts.behind()
    if (over || behind || !this.trains || this.#parts.isComplete()) this.#begin()
  }

  timeUp(name: string): void {
    if (this.phase !== 'gathering') return
    if (name === 'start' && this.trains) this.#begin()
    else if (name === `behind-${this.round}`) this.#work()
  }

  /** Once all that are expected have been named: sets this round's deadline, unless it has ended. */
  wait(partners: readonly PeerName[], isCutOff: boolean): void {
    const wait = this.attendance.wait(partners, isCutOff)
    if (wait !== null) this.#stage.timer(this.deadline, wait)
  }

  /** Name of this round's deadline among the timers. */
  get deadline(): string {
    return `round-${this.round}`
  }

  /** `outcome`: what the attendance was when it closed. */
  complete(outcome: ReturnType<Attendance['close']>): void {
    this.#stage.emit({ type: 'round-completed', round: this.round, ...outcome })
    this.round++
    // A replica that is not the swarm's yet is not worth keeping: it would come back as if it were.
    if (!this.joining) this.checkpoints?.completed(this.round, this.#stage.now)
    this.#begin()
  }

  /** Takes the last checkpoint of one that owes nothing; finishes once it has been kept, or not. */
  part(): void {
    if (this.phase !== 'parting' || this.checkpoints?.busy === true) return
    if (this.#worked && !this.joining && this.checkpoints !== null) {
      this.#worked = false
      this.checkpoints.take(this.#next, this.#stage.now)
      return
    }
    this.phase = 'finished'
    const hasEnded = this.#ending || this.round >= this.#options.rounds
    this.#stage.emit({ type: 'finished', ...(hasEnded && { end: { samples: null } }) })
  }

  #begin(): void {
    const { rounds } = this.#options
    // A round that most have ended is one that nobody will begin for a peer that follows.
    const ended = !this.trains && this.swarm.reached >= rounds
    this.round = ended ? rounds : Math.min(rounds, this.swarm.from(this.round))
    this.#next = this.round
    this.#announce()
    if (this.round >= rounds || this.#ending) this.#leave()
    else if (this.trains || this.#parts.isAsked()) this.#work()
    else this.#follow()
  }

  #announce(): void {
    if (this.#announced === this.round) return
    this.#announced = this.round
    this.#stage.emit({ type: 'round-began', round: this.round })
  }

  #work(): void {
    this.phase = 'working'
    this.#next = this.round + 1
    this.#worked = true
    this.#parts.work()
  }

  /** Waits until a neighbour asks for this round, or is beyond it and has not asked for a while. */
  #follow(): void {
    this.phase = 'gathering'
    if (this.#waitingBehind === this.round || this.swarm.furthest <= this.round) return
    this.#waitingBehind = this.round
    const { floor } = this.#options.deadline
    this.#stage.timer(`behind-${this.round}`, Math.max(floor, this.attendance.usual))
  }
}
