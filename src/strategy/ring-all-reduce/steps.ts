/**
 * The steps of one view: every member's gradient goes around the ring in chunks and buckets (Patarasu
 * and Yuan 2009). Chunk c begins at member c, each member adds its own, the one before c has the sum of
 * all, and passes it on. The sums are made in the ring's order, and what is passed on in the second half
 * are the owner's bytes, so all members end with the same. A step is over once all chunks have come.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { PeerName } from '../strategy.ts'
import { Geometry } from './geometry.ts'
import { Incoming } from './incoming.ts'
import type { Member, Piece, Place, Result } from './kinds.ts'
import { Outgoing } from './outgoing.ts'
import type { Stage } from './stage.ts'

export interface StepsOptions {
  readonly self: PeerName
  readonly generation: number
  readonly members: readonly Member[]
  readonly parameters: number
  /** Elements. */
  readonly bucket: number
  /** Bytes. */
  readonly window: number
  isCode(bytes: Bytes, elements: number): boolean
}

export interface StepsHooks {
  /** Milliseconds of this peer for a batch; 0: not known. */
  pace(): number
  /** All of it is, or will be by the jobs that have been issued, the same at all members. */
  summed(samples: number): void
}

type Coded = Extract<Result, { kind: 'own' | 'added' | 'taken' }>

export class Steps {
  /** By place in the ring: what the members have last told; 0: nothing. */
  readonly paces: number[]
  readonly generation: number
  readonly #stage: Stage
  readonly #options: StepsOptions
  readonly #hooks: StepsHooks
  readonly #geometry: Geometry
  readonly #place: number
  readonly #before: PeerName
  readonly #after: PeerName
  readonly #incoming: Incoming
  readonly #outgoing: Outgoing
  /** Null: none is under way. */
  #step: number | null = null
  #frozen = false
  /** Examples of the own gradient; null: it is not there yet. */
  #own: number | null = null
  /** Pieces of this step that have come, `whole chunk bucket`. */
  readonly #came = new Set<string>()
  /** Samples of sums whose own part is being added, in the order of the jobs. */
  readonly #sums: number[] = []
  /** Buckets whose sum of all is not there yet. */
  #missing = 0
  #samples = 0

  constructor(stage: Stage, options: StepsOptions, hooks: StepsHooks) {
    const { self, generation, members, parameters, bucket, window } = options
    this.#stage = stage
    this.#options = options
    this.#hooks = hooks
    this.generation = generation
    this.#geometry = new Geometry(parameters, members.length, bucket)
    this.#place = members.findIndex(({ name }) => name === self)
    this.#before = members.at(this.#place - 1)!.name
    this.#after = members[(this.#place + 1) % members.length]!.name
    this.paces = members.map(({ pace }) => pace)
    this.#incoming = new Incoming(window)
    this.#outgoing = new Outgoing(window, (piece) => stage.send(this.#after, piece))
  }

  /** Another view is being made: no step of this one goes on, and none begins. */
  freeze(): void {
    this.#frozen = true
    this.#step = null
  }

  get running(): boolean {
    return this.#step !== null
  }

  /** `own`: examples of a gradient that is there already; null: its job has been issued. */
  begin(step: number, own: number | null): void {
    const { members } = this.#options
    this.#step = step
    this.#own = own
    this.#came.clear()
    this.#samples = 0
    this.#missing = 0
    for (let chunk = 0; chunk < members.length; chunk++)
      this.#missing += this.#geometry.buckets(chunk)
    if (members.length === 1) {
      if (own !== null) this.trained(own)
      return
    }
    for (let bucket = 0; bucket < this.#geometry.buckets(this.#place); bucket++) {
      this.#stage.compute({ kind: 'own', ...this.#at(this.#place, bucket) })
    }
    this.#look()
  }

  /** The own gradient is there. */
  trained(samples: number): void {
    if (this.#step === null) return
    this.#own = samples
    if (this.#options.members.length > 1) return
    this.#step = null
    this.#hooks.summed(samples)
  }

  received(from: PeerName, piece: Piece): void {
    if (from !== this.#before || piece.generation !== this.generation) return
    this.#incoming.offer(piece)
    this.#look()
    // It may have been dealt with long ago, and the sender not know.
    if (piece.seq < this.#incoming.done) this.#acknowledge()
  }

  took(from: PeerName, count: number): void {
    if (from === this.#after) this.#outgoing.took(count)
  }

  /** Both ends of a new link begin with what this end has dealt with. */
  linkUp(peer: PeerName): void {
    if (peer === this.#before) this.#acknowledge()
    if (peer === this.#after) this.#outgoing.again(0)
  }

  computed(result: Coded): void {
    if (result.generation !== this.generation) return
    const { step, chunk, bucket } = result
    if (result.kind === 'own') {
      if (this.#frozen) return
      this.#outgoing.push({
        ...{ generation: this.generation, step, chunk, bucket, whole: false, pace: 0 },
        samples: this.#own ?? 0,
        bytes: result.bytes
      })
      return
    }
    if (result.kind === 'added' && !this.#frozen) {
      const samples = this.#sums.shift()! + (this.#own ?? 0)
      const pace = result.whole ? this.#hooks.pace() : 0
      if (result.whole) this.paces[this.#place] = pace
      this.#outgoing.push({
        ...{ generation: this.generation, step, chunk, bucket, whole: result.whole, pace },
        samples,
        bytes: result.bytes
      })
      if (result.whole) this.#kept(samples)
    }
    this.#incoming.finished()
    this.#acknowledge()
  }

  #acknowledge(): void {
    const { generation } = this
    this.#stage.send(this.#before, { kind: 'took', generation, count: this.#incoming.done })
  }

  #at(chunk: number, bucket: number): Place {
    const { generation } = this
    return { generation, step: this.#step!, chunk, bucket, ...this.#geometry.range(chunk, bucket) }
  }

  /** Deals with what has come of this step; what is of the next one waits for it. */
  #look(): void {
    for (;;) {
      const piece = this.#incoming.peek()
      if (piece === undefined || this.#step === null || piece.step > this.#step) return
      this.#incoming.take()
      if (piece.step < this.#step || !this.#isAwaited(piece)) {
        this.#stage.reject(this.#before, 'body')
        this.#incoming.finished()
      } else this.#accept(piece)
    }
  }

  /** A bucket that there is, on its way through this peer, and not a second time. */
  #isAwaited({ chunk, bucket, whole, bytes }: Piece): boolean {
    const { length } = this.#options.members
    if (chunk >= length || bucket >= this.#geometry.buckets(chunk)) return false
    const key = `${whole} ${chunk} ${bucket}`
    const ends = whole ? this.#ownerOf(chunk) : chunk
    if (ends === this.#place || this.#came.has(key)) return false
    const { from, to } = this.#geometry.range(chunk, bucket)
    if (!this.#options.isCode(bytes, to - from)) return false
    this.#came.add(key)
    return true
  }

  #ownerOf(chunk: number): number {
    const { length } = this.#options.members
    return (chunk + length - 1) % length
  }

  #accept(piece: Piece): void {
    const { chunk, bucket, whole, bytes, samples } = piece
    const at = this.#at(chunk, bucket)
    if (!whole) {
      this.#sums.push(samples)
      this.#stage.compute({
        kind: 'add',
        ...at,
        bytes,
        gives: true,
        whole: this.#ownerOf(chunk) === this.#place
      })
      return
    }
    const owner = this.#ownerOf(chunk)
    const isLast = (this.#place + 1) % this.#options.members.length === owner
    this.#stage.compute({ kind: 'take', ...at, bytes, gives: isLast })
    this.paces[owner] = piece.pace
    if (!isLast) {
      const { kind: _, seq: __, ...same } = piece
      this.#outgoing.push(same)
    }
    this.#kept(samples)
  }

  #kept(samples: number): void {
    this.#samples = samples
    if (--this.#missing > 0) return
    this.#step = null
    this.#hooks.summed(this.#samples)
    this.#look()
  }
}
