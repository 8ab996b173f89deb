import type { Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { DescentReport, Engine, Step } from '../engine.ts'
import type { Model } from '../models/model.ts'
import { createProgram } from './create-program.ts'
import { DescentMemory } from './descent-memory.ts'
import { Machine } from './machine.ts'
import { createMeanLoss } from './mean-loss.ts'
import { ReplicaMemory } from './replica-memory.ts'

/**
 * A model on hand-written kernels in one WebAssembly memory of this thread: nothing is allocated from
 * one step to the next, and whatever the number of descenders, there is one replica in it at a time.
 * The same bits on every machine that has a fused multiply-add.
 *
 * @throws InvalidInputError where there is not enough memory.
 */
export const openWasmEngine = (model: Model, examples: number): Engine => {
  const { layout, features, places } = model
  const machine = new Machine()
  const replica = new ReplicaMemory(machine, layout)
  const gradient = new ReplicaMemory(machine, layout)
  const program = createProgram({
    machine,
    model,
    examples,
    parameters: replica.tensors,
    gradients: gradient.tensors
  })
  const meanLoss = createMeanLoss(machine, program.logits)
  machine.commit()

  const descents = new DescentMemory(machine, layout, { replica, gradient })

  const forward = ({ x, labels }: Batch): number => {
    const used = labels.length / places
    if (used > examples || x.length !== used * features) {
      const most = `at most ${examples} examples of ${features}`
      throw new RangeError(
        `a batch of ${x.length} elements and ${labels.length} labels: not ${most}`
      )
    }
    program.forward(x)
    return used
  }

  /** Of the replica that is in memory; fills the gradient. */
  const differentiate = (batch: Batch): number => {
    if (forward(batch) !== examples) {
      throw new RangeError(`a gradient needs a full batch of ${examples} examples`)
    }
    const loss = meanLoss(batch.labels)
    program.backward()
    return loss
  }

  return {
    backend: 'wasm',
    layout,
    capacity: examples,
    gradient: (values, batch, into) => {
      replica.write(values)
      const loss = differentiate(batch)
      gradient.read(into)
      return loss
    },
    logits: (values, batches, visit) => {
      replica.write(values)
      const { classes } = model
      for (const batch of batches) {
        const used = forward(batch)
        visit(machine.values(program.logits).subarray(0, used * places * classes), batch)
      }
    },
    descender: (optimizer, clip) => {
      const descent = descents.open(optimizer, clip)
      const descend = (values: Vector, steps: Iterable<Step>, correction: Vector | null) => {
        descent.begin(values, correction)
        let loss = 0
        let count = 0
        let skipped = 0
        let good = true
        for (const { batch, rate } of steps) {
          const one = differentiate(batch)
          good = Number.isFinite(one) && descent.step(rate)
          loss += one
          count += 1
          if (!good) skipped += 1
        }
        const kept = descent.end(values, good)
        return { loss, skipped: kept ? skipped : count } satisfies DescentReport
      }
      return {
        descend,
        follow: (values, along, rate) => {
          descent.begin(values, null)
          gradient.write(along)
          return descent.end(values, descent.step(rate))
        },
        save: () => descent.save(),
        restore: (saved) => descent.restore(saved)
      }
    },
    dispose: () => {}
  }
}
