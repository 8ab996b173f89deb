/**
 * Two peers of gossip averaging wired back to back, one event at a time. What may happen next (a
 * message, a job, a link's news, a deadline) is listed, and a schedule chooses: so messages of the two
 * channels overtake each other, ends learn of a broken link at different moments, and a test can do
 * harm between any two events. Timers that give up (leave, unreachable) never fire here: an edge that
 * only they would end is stuck.
 */
import { float16 } from '../../../../src/compression/float16.ts'
import { none } from '../../../../src/compression/none.ts'
import { type Random, seeded } from '../../../../src/random.ts'
import { gossipCodec } from '../../../../src/strategy/gossip-averaging/codec.ts'
import { GossipCompute } from '../../../../src/strategy/gossip-averaging/compute.ts'
import type { GossipKinds, Job, Message } from '../../../../src/strategy/gossip-averaging/kinds.ts'
import { GossipProtocol } from '../../../../src/strategy/gossip-averaging/protocol.ts'
import type { Effect, ProtocolEvent } from '../../../../src/strategy/strategy.ts'
import type { Channel, Outgoing } from '../../../../src/wire/link-end.ts'
import { averagingTrainers } from '../../../helpers/synthetic-trainers.ts'

export type Name = 'a' | 'b'
export const other = (name: Name): Name => (name === 'a' ? 'b' : 'a')

const LENGTH = 3
const ENDLESS = 1_000_000
const codec = gossipCodec(none, float16, LENGTH)

export type Mix = Extract<Job, { kind: 'mix' }>

/** One life of one peer. */
class End {
  readonly protocol: GossipProtocol
  readonly compute: GossipCompute
  readonly jobs: Job[] = []
  readonly mixes: Mix[] = []
  readonly forgotten: string[] = []
  readonly said: Message[] = []
  readonly timers = new Set<string>()
  rounds = 0
  finished = false
  wants = false
  /** From the link's `up`, or from wanting it while it is up, to this end's `release`. */
  holds = false
  /** What this end has last been told of the link, and what it is still to be told. */
  up = false
  news: 'up' | 'down' | null = null
  readonly inbox: Record<Channel, Outgoing[]> = { control: [], bulk: [] }

  constructor(name: Name, life: number) {
    const limits = { floor: 100, ceiling: 1000 }
    this.protocol = new GossipProtocol(
      {
        rounds: ENDLESS,
        stepsOf: () => 1,
        firstStepOf: (round) => round,
        deadline: limits,
        startPatience: 1000
      },
      { self: name, random: seeded(life).fork(name), round: 0 }
    )
    const options = { gamma: 1, slowMomentum: 0, compressor: none, snapshot: float16 }
    this.compute = new GossipCompute(
      { ...options, diagnostics: true },
      averagingTrainers(2, LENGTH, life)[name === 'a' ? 0 : 1]!
    )
  }
}

export interface Action {
  /** Who is to act, and on what: `a:control`, `b:job`, `b:link`, `a:timer`. */
  readonly label: `${Name}:${Channel | 'job' | 'link' | 'timer'}`
  readonly run: () => void
}

/** The likelihood of an action, by its label; zero never comes while another can. */
export type Schedule = (label: Action['label']) => number

const timer = (label: string): number | null => (label.endsWith(':timer') ? 0.02 : null)

export const SCHEDULES: Readonly<Record<string, Schedule>> = {
  even: (label) => timer(label) ?? 1,
  'slow bulk': (label) => timer(label) ?? (label.endsWith(':bulk') ? 0.05 : 1),
  'slow control': (label) => timer(label) ?? (label.endsWith(':control') ? 0.05 : 1),
  'slow a': (label) => timer(label) ?? (label.startsWith('a:') ? 0.1 : 1),
  'slow link news': (label) => timer(label) ?? (label.endsWith(':link') ? 0.1 : 1)
}

export class Pair {
  readonly ends: Record<Name, End> = { a: new End('a', 1), b: new End('b', 1) }
  /** All lives so far, the present ones included. */
  readonly lives: Array<{ readonly name: Name; readonly end: End }> = [
    { name: 'a', end: this.ends.a },
    { name: 'b', end: this.ends.b }
  ]
  /** Messages that a broken link has swallowed. */
  swallowed = 0
  steps = 0
  readonly #schedule: Schedule
  readonly #random: Random
  #connected = false

  constructor(schedule: Schedule = SCHEDULES['even']!, seed = 1) {
    this.#schedule = schedule
    this.#random = seeded(seed).fork('schedule')
  }

  start(): void {
    for (const name of ['a', 'b'] as const) this.give(name, { type: 'started', records: [] })
    for (const name of ['a', 'b'] as const) this.want(name, true)
  }

  want(name: Name, wants: boolean): void {
    const end = this.ends[name]
    end.wants = wants
    if (wants && end.up) end.holds = true
    this.#connect()
    this.give(name, { type: 'neighbours', peers: wants ? [other(name)] : [], members: 2 })
  }

  /** True once there is no link, and nobody who would have it again. */
  get apart(): boolean {
    const idle = Object.values(this.ends).every(({ up, news }) => !up && news === null)
    return idle && !this.#connected && !this.#needed
  }

  leave(name: Name): void {
    this.give(name, { type: 'leave' })
  }

  /** What is on its way is gone; both ends will hear of it. */
  break(): void {
    if (!this.#connected) return
    this.#connected = false
    for (const end of Object.values(this.ends)) {
      this.swallowed += end.inbox.control.splice(0).length + end.inbox.bulk.splice(0).length
      end.news = end.up ? 'down' : null
    }
    this.#connect()
  }

  /** The peer's process dies; another begins behind the same name and knows nothing. */
  replace(name: Name): void {
    const { wants } = this.ends[name]
    const end = new End(name, 1 + this.lives.length)
    this.ends[name] = end
    this.lives.push({ name, end })
    this.break()
    this.give(name, { type: 'started', records: [] })
    this.want(name, wants)
  }

  actions(): Action[] {
    const actions: Action[] = []
    for (const name of ['a', 'b'] as const) {
      const end = this.ends[name]
      const { news, inbox } = end
      const [job] = end.jobs
      if (job !== undefined) actions.push({ label: `${name}:job`, run: () => this.#run(name) })
      if (news !== null) actions.push({ label: `${name}:link`, run: () => this.#tell(name, news) })
      const open = this.#connected && end.up && news === null
      for (const channel of ['control', 'bulk'] as const) {
        if (!open || inbox[channel].length === 0) continue
        actions.push({ label: `${name}:${channel}`, run: () => this.#deliver(name, channel) })
      }
      const [first] = end.timers
      if (first !== undefined) {
        actions.push({ label: `${name}:timer`, run: () => this.#fire(name, first) })
      }
    }
    return actions
  }

  /** One event, as the schedule has it. False: nothing can happen any more. */
  step(): boolean {
    const actions = this.actions()
    if (actions.length === 0) return false
    const weights = actions.map(({ label }) => this.#schedule(label))
    let at = this.#random.next() * weights.reduce((sum, weight) => sum + weight, 0)
    let chosen = 0
    while (chosen < actions.length - 1 && at >= weights[chosen]!) at -= weights[chosen++]!
    this.steps++
    actions[chosen]!.run()
    return true
  }

  /** Steps until `done`; false if it is not within `limit` steps. */
  until(done: () => boolean, limit: number): boolean {
    for (let i = 0; i < limit; i++) {
      if (done()) return true
      if (!this.step()) return done()
    }
    return done()
  }

  /** Steps through the actions with this label only; returns whether there was one. */
  act(label: Action['label']): boolean {
    const action = this.actions().find((candidate) => candidate.label === label)
    action?.run()
    return action !== undefined
  }

  give(name: Name, event: ProtocolEvent<GossipKinds>): void {
    for (const effect of this.ends[name].protocol.handle(event, this.steps)) {
      this.#perform(name, effect)
    }
  }

  #perform(name: Name, effect: Effect<GossipKinds>): void {
    const end = this.ends[name]
    switch (effect.type) {
      case 'compute':
        end.jobs.push(effect.job)
        if (effect.job.kind === 'mix') end.mixes.push(effect.job)
        if (effect.job.kind === 'forget') end.forgotten.push(effect.job.id)
        break
      case 'send':
        end.said.push(effect.message)
        this.#send(name, codec.encode(effect.message))
        break
      case 'release':
        end.holds = false
        if (!this.#needed) this.break()
        break
      case 'timer':
        if (effect.name === 'start' || effect.name.startsWith('round-')) end.timers.add(effect.name)
        break
      case 'round-completed':
        end.rounds++
        end.timers.delete(`round-${effect.round}`)
        break
      case 'finished':
        end.finished = true
        end.wants = false
        break
    }
  }

  get #needed(): boolean {
    return Object.values(this.ends).some(({ wants, holds }) => wants || holds)
  }

  #connect(): void {
    const ends = Object.values(this.ends)
    if (this.#connected || !this.#needed || ends.some(({ up, news }) => up || news !== null)) return
    this.#connected = true
    for (const end of ends) end.news = 'up'
  }

  #send(from: Name, message: Outgoing): void {
    const end = this.ends[from]
    if (this.#connected && end.up) this.ends[other(from)].inbox[message.channel].push(message)
    else this.swallowed++
  }

  #tell(name: Name, state: 'up' | 'down'): void {
    const end = this.ends[name]
    end.news = null
    end.up = state === 'up'
    if (end.up) end.holds = true
    this.give(name, { type: 'link', peer: other(name), state })
    this.#connect()
  }

  #deliver(name: Name, channel: Channel): void {
    const { kind, body } = this.ends[name].inbox[channel].shift()!
    const message = codec.decode(kind, channel, body)
    if (message.kind === 'rejected') throw new Error(`a peer's own message: ${message.reason}`)
    this.give(name, { type: 'received', from: other(name), message })
  }

  #run(name: Name): void {
    const end = this.ends[name]
    const result = end.compute.run(end.jobs.shift()!)
    this.give(name, { type: 'computed', result })
  }

  #fire(name: Name, timerName: string): void {
    this.ends[name].timers.delete(timerName)
    this.give(name, { type: 'timer', name: timerName })
  }
}
