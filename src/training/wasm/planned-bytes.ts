import { TRAINING_VECTORS } from '../memory.ts'
import type { Model } from '../models/model.ts'
import { createProgram } from './create-program.ts'
import { Machine } from './machine.ts'
import { ReplicaMemory } from './replica-memory.ts'

/** Bytes that a model of ours takes to train in batches of so many examples; nothing is allocated. */
export const plannedBytes = (model: Model, examples: number): number => {
  const machine = new Machine()
  const [replica, gradient] = Array.from(
    { length: TRAINING_VECTORS },
    () => new ReplicaMemory(machine, model.layout)
  )
  createProgram({
    machine,
    model,
    examples,
    parameters: replica!.tensors,
    gradients: gradient!.tensors
  })
  return machine.planned
}
