/**
 * The vectors of stochastic gradient push (Assran et al. 2019, Alg. 1): the replica z that local steps
 * move, the mass (x, w) with z = x / w, and for every flow the sums that it has carried.
 */
import type { Saved } from '../../vector/saved.ts'
import { type Vector, zeros } from '../../vector/vector.ts'
import type { Compute, Trainer } from '../strategy.ts'
import type { Weighting } from '../weighting.ts'
import type { Aim, Job, Mark, Result, SgpKinds, Sums } from './kinds.ts'
import { Mass } from './mass.ts'
import { Outflow } from './outflow.ts'
import { packState, unpackState } from './saved-state.ts'
import { Say } from './say.ts'
import { addNews, bytesOf, massBetween, split, type Whole } from './sums.ts'

/** What has been heard of one flow. */
interface Inflow {
  readonly sums: Whole
  mass: number
  worth: number
}

/** All of a swarm's; beyond it whole numbers would not be exact. */
const MOST_MASS = 2 ** 52

export class SgpCompute implements Compute<SgpKinds> {
  readonly replica: Vector
  /** Mass moves, and mean drift is not defined by what it has added. */
  readonly mixed = null
  readonly #trainer: Trainer
  readonly #mass: Mass
  readonly #outflows = new Map<number, Outflow>()
  readonly #inflows = new Map<number, Inflow>()
  readonly #before: Vector
  readonly #say: Say
  /** It has given up its mass, and takes the others' replica. */
  #isEmpty = false

  /** `kept`: the replica to go on with; null: begin with the swarm's first. */
  constructor(trainer: Trainer, kept: Vector | null = null, weighting: Weighting = 'uniform') {
    this.#trainer = trainer
    this.replica = kept?.slice() ?? trainer.initial()
    this.#mass = new Mass(this.replica)
    this.#before = zeros(this.replica.length)
    this.#say = new Say(weighting, trainer, this.#mass)
  }

  run(job: Job): Result {
    switch (job.kind) {
      case 'local-steps':
        return this.#train(job)
      case 'push':
        return { kind: 'pushed', pushes: [...this.#push(job.aims), ...this.#repeat(job.again)] }
      case 'receive':
        this.#receive(job.source, job)
        return { kind: 'received' }
      case 'forget':
        if (job.flow !== null) this.#outflows.delete(job.flow)
        if (job.source !== null) this.#inflows.delete(job.source)
        return { kind: 'forgotten' }
      case 'void':
        this.#mass.clear()
        this.#say.forget()
        this.#isEmpty = true
        return { kind: 'voided' }
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.#save() }
      case 'resume':
        this.#resume(job.compute)
        return { kind: 'resumed' }
    }
  }

  #train({ steps, from, late, share }: Extract<Job, { kind: 'local-steps' }>): Result {
    this.#before.set(this.replica)
    const { worth } = this.#say
    if (steps > 0) worth.begin(this.replica)
    const report = this.#trainer.train(this.replica, steps, from, null, share)
    if (steps > 0) worth.end(this.replica)
    const weight = this.#mass.isEnough ? this.#say.now(late) : 1
    const largest = this.#mass.move(this.#before, this.replica, weight)
    return { kind: 'trained', ...report, mass: this.#mass.share, weight, largest }
  }

  #outflow(flow: number): Outflow {
    const known = this.#outflows.get(flow)
    if (known !== undefined) return known
    const fresh = new Outflow(this.replica.length)
    this.#outflows.set(flow, fresh)
    return fresh
  }

  #push(aims: readonly Aim[]): Array<Mark & Sums> {
    const { x, isEnough } = this.#mass
    if (!isEnough) return []
    // Two pushes of all of x: what may be pushed is at most half of it.
    const most = x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 2
    const open = aims.filter(({ flow, acked }) => this.#outflow(flow).fits(acked, Math.ceil(most)))
    if (open.length === 0) return []
    const outflows = open.map(({ flow }) => this.#outflow(flow))
    const largest = split(
      x,
      outflows.map(({ sums }) => sums)
    )
    const parts = open.length + 1
    const share = Math.floor(this.#mass.w / parts)
    const worth = Math.floor(this.#mass.worth / parts)
    this.#mass.w -= open.length * share
    this.#mass.worth -= open.length * worth
    for (const outflow of outflows) outflow.add(share, worth, largest)
    return this.#repeat(open)
  }

  #repeat(aims: readonly Aim[]): Array<Mark & Sums> {
    return aims.map(({ flow }) => {
      const { number, mass, worth, sums } = this.#outflow(flow)
      return { flow, number, mass, worth, bytes: bytesOf(sums) }
    })
  }

  #receive(source: number, { mass, worth, bytes }: Sums): void {
    const inflow = this.#inflows.get(source) ?? {
      sums: new Int32Array(this.replica.length),
      mass: 0,
      worth: 0
    }
    this.#inflows.set(source, inflow)
    const gained = massBetween(inflow.mass, mass)
    // Nobody takes mass away.
    if (gained < 0) return
    this.#mass.worth += massBetween(inflow.worth, worth)
    inflow.mass = mass
    inflow.worth = worth
    this.#mass.w = Math.min(MOST_MASS, this.#mass.w + gained)
    addNews(bytes, inflow.sums, this.#mass.x)
    if (this.#isEmpty && this.#mass.isEnough) {
      this.#mass.copy()
      this.#isEmpty = false
    }
    this.#mass.write(this.replica)
  }

  #save(): Saved {
    const { x, w, worth } = this.#mass
    return packState({
      replica: this.replica.slice(),
      x: x.slice(),
      mass: w,
      worth,
      told: this.#say.told,
      gain: this.#say.worth.gain,
      trainer: this.#trainer.save()
    })
  }

  #resume(saved: Saved): void {
    const { replica, x, mass, worth, told, gain, trainer } = unpackState(saved, this.replica.length)
    this.#trainer.restore(trainer)
    this.replica.set(replica)
    this.#mass.x.set(x)
    this.#mass.w = mass
    this.#mass.worth = worth
    this.#say.restore(told)
    this.#say.worth.restore(gain)
    this.#outflows.clear()
    this.#inflows.clear()
  }
}
