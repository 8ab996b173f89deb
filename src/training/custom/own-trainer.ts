/**
 * What a module of somebody's own offers for a model `custom`: its default export, or `createTrainer`.
 * It is loaded on the thread that computes, so it is named by its file and not handed over as a function.
 */
import type { Random } from '../../random.ts'
import type { Trainer } from '../../strategy/strategy.ts'
import type { TrainingConfig } from '../../swarm/recipe.ts'
import type { Vector } from '../../vector/vector.ts'

/** What a trainer is made from: all is the same in every peer of the swarm but `shard`, `peer` and `random`. */
export interface TrainerSetup {
  /** Which part of the data is this peer's, from 0. */
  readonly shard: number
  readonly shards: number
  /** The peer's id in a swarm where nobody is told a shard (all have shard 0 of 1); null elsewhere. */
  readonly peer: string | null
  /** The swarm's: initial() must be the same in all peers, so it may depend on this and not on the shard. */
  readonly seed: number
  readonly training: TrainingConfig
  /** `model.options` of the manifest. */
  readonly options: Readonly<Record<string, number | boolean | string>>
  /** For draws of batches: the same ones again when a peer is simulated again. */
  readonly random: Random
  /** The rate of local step `step`, from 0, by the manifest's schedule. */
  learningRate(step: number): number
}

export interface OwnEvaluation {
  /** 0..1; null: no classes. */
  readonly accuracy: number | null
  readonly loss: number | null
}

/**
 * Trains a replica in place, on whatever it holds. `train` reports as samples the steps times
 * `training.batch`, whatever a step looks at: by samples a swarm knows when it has come to its end. All of it is synchronous; a module that has to read
 * something first awaits that at its top level.
 */
export interface OwnTrainer extends Pick<Trainer, 'layout' | 'initial' | 'train'> {
  /** Examples that it trains on, for reports. @default 0 */
  readonly rows?: number
  /** Measures a replica; it must not change it. */
  evaluate?(replica: Vector): OwnEvaluation
  /** With both, a peer that comes back goes on exactly where it was; without, it trains on from its replica. */
  save?: Trainer['save']
  restore?: Trainer['restore']
}

export type CreateTrainer = (setup: TrainerSetup) => OwnTrainer
