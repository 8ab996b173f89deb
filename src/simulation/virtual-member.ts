/** A peer of the virtual swarm over all its stays: what outlives a crash, and what does not. */
import type { PeerDetail } from '../storage/results.ts'
import { PeerCounters } from '../strategy/counters.ts'
import type { Kinds, Milliseconds, PeerName, Trainer } from '../strategy/strategy.ts'
import type { Vector } from '../vector/vector.ts'
import type { PeerLink } from './peer-links.ts'
import type { Completion, VirtualPeer } from './virtual-peer.ts'

/** awaited: has not come yet; leaving: parts from the others; away: may come back. */
export type Presence = 'awaited' | 'present' | 'leaving' | 'away' | 'finished'

/** What a stay of this peer is made from. */
export interface Stay {
  readonly trainer: Trainer
  /** The replica of the stay before; null: begin with the swarm's first. */
  readonly kept: Vector | null
  /** What the strategy has persisted in earlier stays. */
  readonly records: Array<Kinds['record']>
  readonly trained: () => Milliseconds
  readonly round: number
  /** Of this peer, from 1. */
  readonly stay: number
}

export class VirtualMember {
  readonly index: number
  readonly name: PeerName
  readonly link: PeerLink
  readonly stepMs: Milliseconds
  readonly counters = new PeerCounters()
  presence: Presence = 'awaited'
  /** Wall time that jobs took, over all stays. */
  computeSeconds = 0
  peer: VirtualPeer | null = null
  readonly #newTrainer: () => Trainer
  #trainer: Trainer | null = null
  /** What earlier stays' mixing has added, where that is measured. */
  #mixed: Float64Array<ArrayBuffer> | null = null
  #kept: { readonly replica: Vector; readonly round: number } | null = null
  #records: Array<Kinds['record']> = []
  #round = 0
  /** Came to a swarm under way, with nothing but the initial replica, and has not done a round since. */
  #untrained = false
  #stays = 0

  constructor(
    index: number,
    name: PeerName,
    link: PeerLink,
    stepMs: Milliseconds,
    newTrainer: () => Trainer
  ) {
    this.index = index
    this.name = name
    this.link = link
    this.stepMs = stepMs
    this.#newTrainer = newTrainer
  }

  get here(): boolean {
    return this.presence === 'present' || this.presence === 'leaving'
  }

  /** The replica that it has, or last had. */
  get replica(): Vector | null {
    return this.peer?.compute.replica ?? this.#kept?.replica ?? null
  }

  /** Of the replica that it has now; null where the strategy has none. */
  get replicaHash(): string | null {
    return this.peer?.compute.fingerprint?.() ?? null
  }

  /** Sum of all that mixing has added to its replicas. // [parameters] */
  get mixed(): Float64Array<ArrayBuffer> | null {
    const current = this.peer?.compute.mixed ?? null
    if (current === null || this.#mixed === null) return current ?? this.#mixed
    return this.#mixed.map((value, i) => value + current[i]!)
  }

  get status(): PeerDetail['status'] {
    if (this.presence === 'finished' && this.#untrained) return 'came too late'
    return this.presence === 'awaited' ? 'not started' : this.presence
  }

  completed({ round }: Completion): void {
    this.#round = round + 1
    this.#untrained = false
  }

  /** The trainer and the round of a new stay. A peer that has kept its replica goes on with it. */
  arrive(late: boolean): Stay {
    // Where the strategy keeps records, a trainer's state is in them, too, or lost.
    if (this.#records.length > 0) this.#trainer = null
    this.#trainer ??= this.#newTrainer()
    const trainer = this.#trainer
    const kept = this.#kept
    this.#untrained = late && kept === null
    let steps = 0
    const counted: Trainer = {
      layout: trainer.layout,
      ...(trainer.rows !== undefined && { rows: trainer.rows }),
      ...(trainer.validate !== undefined && {
        validate: (replica) => trainer.validate!(replica)
      }),
      initial: () => trainer.initial(),
      save: () => trainer.save(),
      restore: (saved) => trainer.restore(saved),
      train: (replica, count, ...rest) => {
        steps += count
        return trainer.train(replica, count, ...rest)
      },
      ...(trainer.gradients !== undefined && {
        gradients: () => {
          const gradients = trainer.gradients!()
          return {
            ...gradients,
            gradient: (replica, into) => {
              steps += 1
              return gradients.gradient(replica, into)
            }
          }
        }
      })
    }
    const trained = (): Milliseconds => {
      const takes = steps * this.stepMs
      steps = 0
      return takes
    }
    this.#stays++
    return {
      trainer: counted,
      kept: kept?.replica ?? null,
      records: this.#records,
      trained,
      round: kept?.round ?? 0,
      stay: this.#stays
    }
  }

  /** Ends the stay. `lost`: the peer's state goes with it. */
  depart(lost: boolean): void {
    const { peer } = this
    if (peer === null) return
    peer.stop()
    this.computeSeconds += peer.computeSeconds
    this.#mixed = this.mixed
    // A stay without a round has made nothing that would be worth keeping.
    const worthless = lost || this.#untrained
    this.#kept = worthless ? null : { replica: peer.compute.replica, round: this.#round }
    if (lost) {
      this.#records = []
      this.#trainer = null
      this.#round = 0
    }
    this.peer = null
  }
}
