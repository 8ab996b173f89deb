/**
 * A member of the ring: takes part in views (membership.ts), takes the replica that a view begins from
 * (handover.ts), and makes its steps (steps.ts). A step that another view interrupts is made again
 * by those who are left, each with the gradient that it has already.
 */
import type {
  Components,
  Effect,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent,
  RunEnd
} from '../strategy.ts'
import { Checkpoints } from './checkpoints.ts'
import { Gradient } from './gradient.ts'
import type { Ground } from './ground.ts'
import { Handover } from './handover.ts'
import type { CheckpointRecord, Install, Message, Result, RingKinds } from './kinds.ts'
import { FIRST_MARK, type Mark, sameMark } from './mark.ts'
import { Membership } from './membership.ts'
import type { RingProtocolOptions } from './protocol-options.ts'
import { shareOf } from './shares.ts'
import { Stage } from './stage.ts'
import { Stall } from './stall.ts'
import { Steps } from './steps.ts'

/** How long whoever wants to go waits for the others to see to it, times the floor. */
const PARTING = 4
const FLOAT = 4
/** One that this peer has kept, of steps in a ring that it knows nothing of. */
const UNKNOWN_RING = 'f'.repeat(16)

export class RingProtocol implements Protocol<RingKinds> {
  readonly #options: RingProtocolOptions
  readonly #self: PeerName
  readonly #stage = new Stage()
  readonly #membership: Membership
  readonly #handover: Handover
  readonly #checkpoints: Checkpoints
  readonly #gradient: Gradient
  readonly #stall: Stall
  #mark: Mark
  #trains: boolean
  #steps: Steps | null = null
  #phase: 'there' | 'parting' | 'finished' = 'there'
  #leaving = false
  /** The run is over, whatever has been made of it. */
  #ending = false
  /** That it has made the last step. */
  #hasTold = false
  /** Whoever made the last step with this peer has made the same. */
  #isSure = true
  #announced: number | null = null
  /** Of the last view that began. */
  #members: readonly PeerName[] = []
  /** Members that were lost since the last step. */
  #lost = 0
  /** This life has made a step that no checkpoint has. */
  #worked = false

  constructor(options: RingProtocolOptions, components: Components) {
    const { self, random, round, trains = true, checkpointEvery = 0 } = components
    const { deadline, planned, splitMs, startPatience } = options
    this.#options = options
    this.#self = self
    this.#trains = trains
    this.#mark = round === 0 ? FIRST_MARK : { ...FIRST_MARK, ring: UNKNOWN_RING, step: round }
    this.#stall = new Stall(this.#stage, deadline)
    this.#gradient = new Gradient(this.#stage)
    this.#checkpoints = new Checkpoints(this.#stage, checkpointEvery)
    const { floor } = deadline
    const { bucketBytes: chunkBytes, maxStateBytes: maxBytes } = options
    this.#handover = new Handover(this.#stage, { chunkBytes, maxBytes, floor })
    const settings = { self, random, planned, floor, splitMs, startPatience }
    this.#membership = new Membership(this.#stage, settings, this.#ground())
  }

  handle(event: ProtocolEvent<RingKinds>, now: Milliseconds): ReadonlyArray<Effect<RingKinds>> {
    this.#stage.now = now
    if (this.#phase !== 'finished') this.#dispatch(event)
    this.#goOn()
    return this.#stage.take()
  }

  #ground(): Ground {
    const protocol = this
    return {
      get mark() {
        return protocol.#mark
      },
      get trains() {
        return protocol.#trains
      },
      get leaving() {
        return protocol.#leaving
      },
      get ended() {
        return protocol.#isOver
      },
      get pace() {
        return protocol.#trains ? protocol.#gradient.pace : 0
      },
      get busy() {
        return protocol.#stage.busy
      },
      get patience() {
        return protocol.#stall.patience
      },
      freeze: () => {
        this.#steps?.freeze()
        this.#handover.stop()
      },
      installed: (install) => this.#installed(install),
      serve: (install) => this.#serve(install),
      begun: () => this.#begun(),
      leftOut: () => {
        if (this.#leaving) this.#phase = 'parting'
      }
    }
  }

  get #isOver(): boolean {
    return this.#mark.step >= this.#options.rounds
  }

  #dispatch(event: ProtocolEvent<RingKinds>): void {
    switch (event.type) {
      case 'started':
        this.#start(event.records)
        break
      case 'neighbours':
        this.#membership.want(event.peers)
        break
      case 'link':
        if (event.state === 'up') this.#linkUp(event.peer)
        else this.#membership.linkDown(event.peer)
        break
      case 'received':
        this.#received(event.from, event.message)
        break
      case 'computed':
        this.#stage.computed()
        this.#computed(event.result)
        break
      case 'timer':
        this.#timeUp(event.name)
        break
      case 'checkpointed':
        this.#checkpoints.concluded()
        break
      case 'training':
        if (this.#trains === event.on) break
        this.#trains = event.on
        this.#membership.tell()
        break
      case 'end':
        this.#ending = true
        this.#leave()
        break
      case 'leave':
        this.#leave()
        break
    }
  }

  #start(records: readonly CheckpointRecord[]): void {
    this.#checkpoints.begin()
    const [checkpoint] = records
    if (checkpoint !== undefined) {
      this.#mark = checkpoint.mark
      this.#stage.compute({ kind: 'resume', compute: checkpoint.compute })
      this.#announce()
    }
    this.#membership.start()
  }

  #linkUp(peer: PeerName): void {
    this.#membership.linkUp(peer)
    this.#steps?.linkUp(peer)
    this.#handover.linkUp(peer)
  }

  #received(from: PeerName, message: Message): void {
    switch (message.kind) {
      case 'piece':
        // Whoever sends one has been told to begin.
        this.#membership.begin(message.generation)
        if (message.generation !== this.#steps?.generation) break
        this.#stall.moved()
        this.#steps.received(from, message)
        break
      case 'took':
        if (message.generation !== this.#steps?.generation) break
        this.#steps.took(from, message.count)
        break
      case 'fetch':
      case 'state':
        this.#handover.received(from, message)
        break
      default:
        this.#membership.received(from, message)
    }
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'trained':
        this.#stall.moved()
        this.#gradient.trained(result.weight)
        if (this.#gradient.weight !== null) this.#steps?.trained(this.#gradient.weight)
        break
      case 'own':
      case 'added':
      case 'taken':
        this.#stall.moved()
        this.#steps?.computed(result)
        break
      case 'read':
      case 'written':
        this.#handover.computed(result)
        break
      case 'checkpoint':
        this.#checkpoints.copied(result.compute)
        break
      case 'hashed':
        this.#stage.emit({ type: 'replica', cut: result.cut, hash: result.hash })
        break
      case 'applied':
      case 'resumed':
        break
    }
  }

  #timeUp(name: string): void {
    this.#membership.timeUp(name)
    this.#handover.timeUp(name)
    if (name === 'stall' && this.#steps?.running === true && this.#stall.isStill()) {
      this.#membership.urge()
    }
    if (name === 'part' && this.#phase === 'there') {
      this.#isSure = !this.#isOver
      if (!this.#isSure) {
        this.#stage.notice(
          'the last step is made, and nobody can be reached who could say that the others have made ' +
            'the same: this replica may differ from theirs by that step'
        )
      }
      this.#phase = 'parting'
    }
  }

  #serve({ generation, members, sources }: Install): void {
    const takers = members.flatMap(({ name }, i) => (sources[i] === this.#self ? [name] : []))
    this.#handover.serve(generation, takers)
  }

  #installed(install: Install): void {
    const { generation, members, sources, base } = install
    const from = sources[members.findIndex(({ name }) => name === this.#self)] ?? null
    if (from === null || sameMark(this.#mark, base)) {
      this.#serve(install)
      this.#membership.ready(generation, 0)
      return
    }
    if (this.#handover.fetching) return
    const before = this.#mark
    this.#handover.begin({
      generation,
      from,
      progress: (missing) => this.#membership.ready(generation, missing),
      done: () => {
        this.#mark = base
        this.#worked = true
        this.#gradient.forget()
        this.#membership.ready(generation, 0)
      },
      failed: () => {
        this.#mark = before
        this.#stage.notice(`what ${from} sent as the ring's replica is none of this model's`)
        this.#membership.quit()
      }
    })
  }

  #begun(): void {
    const { generation, members } = this.#membership.view!
    const { parameters, bucketBytes, window, isCode } = this.#options
    this.#handover.stop()
    this.#steps = new Steps(
      this.#stage,
      {
        ...{ self: this.#self, generation, members, parameters, window, isCode },
        bucket: bucketBytes / FLOAT
      },
      { pace: () => (this.#trains ? this.#gradient.pace : 0), summed: (n) => this.#summed(n) }
    )
    const names = new Set(members.map(({ name }) => name))
    this.#lost += this.#members.filter((name) => !names.has(name)).length
    this.#members = [...names]
    this.#stage.emit({ type: 'chosen', values: { members: members.length, view: generation } })
  }

  /** Whatever can go on now does. */
  #goOn(): void {
    if (this.#phase === 'there') {
      if (this.#membership.view === null) {
        this.#steps = null
        if (this.#leaving) this.#phase = 'parting'
      } else if (this.#steps !== null && !this.#steps.running) this.#betweenSteps(this.#steps)
    }
    if (this.#phase !== 'parting' || this.#checkpoints.busy) return
    if (this.#worked) {
      this.#worked = false
      this.#checkpoints.take(this.#mark)
      return
    }
    this.#phase = 'finished'
    this.#membership.finish()
    const end: RunEnd = { samples: this.#mark.samples }
    const hasEnded = (this.#isOver && this.#isSure) || this.#ending
    this.#stage.emit({ type: 'finished', ...(hasEnded && { end }) })
  }

  #betweenSteps(steps: Steps): void {
    if (this.#membership.boundary()) return
    if (this.#isOver) {
      // Not before who comes at the end has been taken in: the others part once all have told.
      if (!this.#hasTold) this.#membership.tell()
      this.#hasTold = true
      if (this.#othersAreOver()) this.#phase = 'parting'
      return
    }
    const { members } = this.#membership.view!
    if (members.some(({ trains }) => trains)) this.#beginStep(steps)
  }

  #beginStep(steps: Steps): void {
    const { step } = this.#mark
    const { firstOf } = this.#options
    this.#announce()
    const mean = this.#options.batchesOf(step)
    this.#gradient.ask(this.#trains ? this.#share(steps, mean) : 0, mean, firstOf(step))
    this.#stall.began()
    steps.begin(step, this.#gradient.weight)
  }

  /** Batches that this peer takes. */
  #share({ paces }: Steps, mean: number): number {
    const { members } = this.#membership.view!
    if (!this.#options.balance) return mean
    return shareOf(this.#self, members, paces, mean)
  }

  /** The sum over the ring is there: the step is made by the job that is issued here. */
  #summed(samples: number): void {
    const { generation, ring, members } = this.#membership.view!
    const { step } = this.#mark
    const { firstOf } = this.#options
    const alone = members.length === 1
    this.#stage.compute({ kind: 'apply', at: firstOf(step), samples, alone })
    this.#gradient.used(samples)
    const sum = Math.min(Number.MAX_SAFE_INTEGER, this.#mark.samples + samples)
    this.#mark = { ring, generation, step: step + 1, samples: sum }
    this.#worked = true
    this.#stall.stepped()
    const heard = members.length - 1
    this.#stage.emit({ type: 'round-completed', round: step, heard, missed: this.#lost })
    this.#lost = 0
    this.#checkpoints.stepped(this.#mark)
    if (!this.#isOver) return
    const { deadline, splitMs } = this.#options
    this.#stage.timer('part', 2 * Math.max(deadline.ceiling, splitMs ?? 0))
  }

  #announce(): void {
    const { step } = this.#mark
    if (this.#announced === step) return
    this.#announced = step
    this.#stage.emit({ type: 'round-began', round: step })
  }

  /** All members have made the last step; one that has told so may be gone. */
  #othersAreOver(): boolean {
    return this.#membership.view!.members.every(
      ({ name }) => name === this.#self || this.#membership.hasEnded(name)
    )
  }

  #leave(): void {
    if (this.#leaving) return
    this.#leaving = true
    this.#membership.tell()
    this.#stage.timer('part', PARTING * this.#options.deadline.floor)
  }
}
