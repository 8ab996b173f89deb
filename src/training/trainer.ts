import type { Table } from '../data/dataset.ts'
import type { Random } from '../random.ts'
import type { TrainingConfig } from '../swarm/recipe.ts'
import { emptyBatch } from './batch.ts'
import { createDescent, type GradientSource, type ReplicaTrainer } from './descent.ts'
import { meanSource } from './mean-source.ts'
import type { Model } from './model.ts'
import { tableSource } from './table-source.ts'

/** One peer's rows, and the stream that draws its batches from them. */
export interface Rows {
  /** Without rows nothing is trained. */
  readonly table: Table
  readonly random: Random
}

interface Common {
  readonly model: Model
  readonly training: TrainingConfig
  /** From the swarm's seed: the same stream at every peer. */
  readonly initial: Random
}

export interface TrainerInit extends Common, Rows {}

export interface AllReduceInit extends Common {
  readonly shards: readonly Rows[]
}

const descentOf = ({ model, training, initial }: Common, source: GradientSource): ReplicaTrainer =>
  createDescent({
    layout: model.layout,
    source,
    training,
    // A copy of the stream, so that asking twice gives the same replica.
    initial: () => model.initial(initial.fork('replica'))
  })

/** Local training of one peer on the open tfjs backend (backend.ts). Knows neither peers nor time. */
export const createTrainer = (init: TrainerInit): ReplicaTrainer => {
  const batch = emptyBatch(init.training.batch, init.model.features)
  return descentOf(init, tableSource({ ...init, batch }))
}

/** Training of one replica with the mean gradient of all shards, each on the batch that its peer would draw. */
export const createAllReduce = (init: AllReduceInit): ReplicaTrainer => {
  const { model, shards } = init
  const batch = emptyBatch(init.training.batch, model.features)
  const sources = shards.map((rows) => tableSource({ model, ...rows, batch }))
  return descentOf(init, meanSource(sources, model.layout.length))
}
