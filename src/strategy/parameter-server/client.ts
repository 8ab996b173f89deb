/**
 * The training side of a peer: local steps from the parameters of all shards, one push to each shard, the
 * new parameters of each, and on. A push is sent again, to whoever serves, until it is counted; it is the
 * only one on its way to its shard.
 */

import type { Bytes } from '../../vector/vector.ts'
import type { Rounds } from '../rounds.ts'
import type { Effect, Milliseconds, PeerName } from '../strategy.ts'
import { weightOf } from './codec.ts'
import type { Lead, Message, Role, ServerKinds } from './kinds.ts'
import { RETRY } from './limits.ts'
import { Stream } from './stream.ts'
import type { Surroundings } from './surroundings.ts'

/** Rounds of which a peer may not be in each. */
export interface ServedRounds extends Rounds {
  /** Not everybody trains in every round. @default false */
  readonly sampled?: boolean
}

/** gathering: parameters are on their way; working: local steps or their coding are. */
type Phase = 'gathering' | 'working' | 'parting' | 'done'

export class Client {
  readonly #around: Surroundings
  readonly #schedule: ServedRounds
  readonly #emit: (effect: Effect<ServerKinds>) => void
  readonly #life: number
  readonly #streams: Stream[]
  readonly #completed: (next: number) => void
  #phase: Phase = 'gathering'
  #role: Role
  /** What it is to be from the next round on. */
  #wanted: Role
  #round: number
  /** A round has begun and not been completed. */
  #inRound = false
  #announced = -1
  #samples = 0
  #ending = false
  #partingSince: Milliseconds = 0

  constructor(
    around: Surroundings,
    schedule: ServedRounds,
    role: Role,
    round: number,
    emit: (effect: Effect<ServerKinds>) => void,
    completed: (next: number) => void
  ) {
    this.#around = around
    this.#schedule = schedule
    this.#role = role
    this.#wanted = role
    this.#round = round
    this.#emit = emit
    this.#completed = completed
    this.#life = Math.floor(around.random() * 2 ** 32)
    this.#streams = Array.from(
      { length: around.shards },
      (_, shard) => new Stream(shard, this.#life)
    )
  }

  /** The round to be done next. */
  get round(): number {
    return this.#round
  }

  get isDone(): boolean {
    return this.#phase === 'done'
  }

  /** True once this life has done something that a checkpoint would keep. */
  get worked(): boolean {
    return this.#announced >= 0
  }

  copyOf(shard: number): { readonly version: number; readonly round: number } {
    return this.#streams[shard]!
  }

  set role(role: Role) {
    this.#wanted = role
    this.#goOn()
  }

  /** Takes up the round of an earlier life. */
  resume(round: number): void {
    this.#round = round
  }

  /** Who serves a shard. */
  lead(shard: number, lead: Lead, over: boolean): void {
    const told = this.#streams[shard]!.led(lead, over)
    if (told === 'old') return
    if (told === 'news') this.#ask(shard)
    this.#goOn()
  }

  received(from: PeerName, message: Message): void {
    if (!('life' in message) || message.life !== this.#life) return
    const stream = this.#streams[message.shard]!
    if (from !== stream.lead?.group[0]) return
    switch (message.kind) {
      case 'counted':
        stream.counted(message)
        return
      case 'params':
        this.#params(stream, message)
        return
      case 'stranger':
        if (stream.state === 'pushing' || stream.state === 'pulling') {
          stream.push = null
          stream.state = 'joining'
          this.#ask(message.shard)
        } else if (stream.state === 'parting') stream.state = 'parted'
        break
      case 'parted':
        if (stream.state === 'parting') stream.state = 'parted'
        break
      default:
        return
    }
    this.#goOn()
  }

  linkUp(peer: PeerName): void {
    this.#streams.forEach((stream, shard) => {
      if (stream.lead?.group[0] === peer) this.#ask(shard)
    })
  }

  tick(): void {
    const { failoverMs } = this.#around.options
    const now = this.#around.now()
    this.#streams.forEach((stream, shard) => {
      if (now - stream.askedAt >= RETRY * failoverMs) this.#ask(shard)
    })
    // Nobody may be left who could say goodbye.
    if (this.#phase !== 'parting' || now - this.#partingSince < 2 * failoverMs) return
    this.#phase = 'done'
  }

  /** Begins no further round. */
  end(): void {
    this.#ending = true
    this.#goOn()
  }

  /** Parts at once. */
  leave(): void {
    this.#part(false)
  }

  #params(stream: Stream, message: Extract<Message, { kind: 'params' }>): void {
    const isJoining = stream.state === 'joining'
    const given = stream.params(message)
    if (given === null) return
    const { shard, bytes } = message
    this.#around.compute({ kind: 'adopt', shard, bytes, counted: given.counted })
    if (message.rests) this.#ask(shard)
    // A draw that whoever serves now does not know of has come to nothing.
    if (isJoining && this.#schedule.sampled === true) this.#inRound = false
    this.#goOn()
  }

  #goOn(): void {
    if (this.#phase === 'parting') {
      if (this.#streams.every(({ state }) => state === 'parted')) this.#phase = 'done'
      return
    }
    if (this.#phase !== 'gathering') return
    // Who rests has yet to be given the last parameters.
    if (this.#ending && !this.#inRound && !this.#rests) {
      this.#part(true)
      return
    }
    if (this.#role === 'trainer') this.#train()
    else this.#follow()
  }

  get #allIdle(): boolean {
    return this.#streams.every(({ state }) => state === 'idle')
  }

  /** It waits to be drawn. */
  get #rests(): boolean {
    if (this.#role !== 'trainer' || this.#inRound) return false
    return this.#streams.every(({ state }) => state === 'pulling')
  }

  #train(): void {
    if (this.#rests && this.#wanted !== 'trainer') this.#rejoin()
    if (!this.#allIdle) return
    const { rounds, sampled = false } = this.#schedule
    const told = Math.max(...this.#streams.map(({ round }) => round))
    if (this.#inRound || (sampled && told > this.#round)) {
      const missed = this.#streams.filter(({ late }) => late).length
      // What it has now is the parameters of the round before that one.
      if (sampled) this.#round = Math.max(this.#round, told - 1)
      this.#announce(this.#round)
      this.#complete(this.#round, this.#streams.length - missed, missed)
      this.#round++
      this.#completed(this.#round)
    }
    this.#round = Math.min(rounds, Math.max(this.#round, told))
    this.#announce(this.#round)
    if (this.#round >= rounds || this.#ending) {
      this.#part(true)
      return
    }
    if (this.#wanted !== 'trainer') {
      this.#rejoin()
      return
    }
    this.#phase = 'working'
    this.#inRound = true
    this.#samples = 0
    const { stepsOf, firstStepOf } = this.#schedule
    this.#step(firstStepOf(this.#round), stepsOf(this.#round))
  }

  /** A peer that serves takes one step at a time, so that nobody waits for its whole round. */
  #step(from: number, left: number): void {
    const steps = this.#around.serves() ? Math.min(1, left) : left
    this.#around.compute({ kind: 'local-steps', steps, from }, (result) => {
      if (result.kind !== 'trained' || this.#phase !== 'working') return
      this.#samples += result.samples
      if (left > steps) this.#step(from + steps, left - steps)
      else this.#encode()
    })
  }

  #encode(): void {
    this.#around.compute({ kind: 'encode' }, (result) => {
      if (result.kind !== 'encoded') return
      const { updates, weight } = result
      if (weight !== undefined) this.#emit({ type: 'chosen', values: { weight } })
      this.#push(updates, weight ?? this.#samples)
    })
  }

  #push(updates: ReadonlyArray<Bytes | null>, worth: number): void {
    if (this.#phase !== 'working') return
    this.#phase = 'gathering'
    this.#streams.forEach((stream, shard) => {
      stream.pushes(updates[shard] ?? null, this.#samples === 0 ? 0 : weightOf(worth))
      this.#ask(shard)
    })
  }

  #follow(): void {
    const { rounds } = this.#schedule
    const told = Math.min(...this.#streams.map(({ round }) => round))
    if (this.#streams.every(({ version }) => version >= 0) && told > this.#round) {
      this.#announce(told - 1)
      this.#complete(told - 1, this.#streams.length, 0)
      this.#round = told
      this.#completed(told)
    }
    const ended = ({ over, state, round }: Stream): boolean =>
      state === 'idle' && (over || round >= rounds)
    if (this.#streams.every(ended)) {
      this.#round = Math.max(this.#round, told)
      this.#part(true)
      return
    }
    if (this.#wanted === 'trainer') {
      if (this.#allIdle) this.#rejoin()
      return
    }
    this.#streams.forEach((stream, shard) => {
      if (stream.state !== 'idle' || ended(stream) || this.#wanted !== this.#role) return
      stream.state = 'pulling'
      this.#ask(shard)
    })
  }

  #rejoin(): void {
    this.#role = this.#wanted
    this.#inRound = false
    this.#streams.forEach((stream, shard) => {
      stream.state = 'joining'
      this.#ask(shard)
    })
  }

  #announce(round: number): void {
    if (this.#announced >= round) return
    this.#announced = round
    this.#emit({ type: 'round-began', round })
  }

  #complete(round: number, heard: number, missed: number): void {
    this.#inRound = false
    this.#emit({ type: 'round-completed', round, heard, missed })
  }

  #part(complete: boolean): void {
    if (this.#phase === 'parting' || this.#phase === 'done') return
    this.#phase = 'parting'
    this.#isComplete = complete
    this.#partingSince = this.#around.now()
    this.#streams.forEach((stream, shard) => {
      stream.parts()
      this.#ask(shard)
    })
    this.#goOn()
  }

  #isComplete = false

  /** Says, or says again, what is to be answered. */
  #ask(shard: number): void {
    const stream = this.#streams[shard]!
    const primary = stream.lead?.group[0]
    if (primary === undefined || !this.#around.linked(primary)) return
    stream.askedAt = this.#around.now()
    const question = stream.question(this.#role, this.#isComplete)
    if (question !== null) this.#around.send(primary, question)
  }
}
