/** Takes many steps and says what the process holds on to along the way. */
import type { GrowthTask } from './growth.ts'
import { type MemoryMark, markMemory } from './memory-marks.ts'

const { batchesOf, replicaOf } = await import('./batches.ts')
const { CASES, OPTIMIZER, RATE } = await import('./cases.ts')
const { openHere } = await import('./engines.ts')

const task: GrowthTask = JSON.parse(process.argv[2]!)
const one = CASES[task.model]!()
const engine = await openHere(task.backend, one)
const descender = engine.descender(OPTIMIZER, null)
const replica = replicaOf(one)
const batches = batchesOf(one).map((batch) => ({ batch, rate: RATE }))
const stretch = task.steps / task.marks
const found: (MemoryMark & { steps: number })[] = []
let taken = 0

/** Whole rounds of all batches, until the stretch is done or its share of the time is up. */
const descend = async (count: number): Promise<void> => {
  const until = performance.now() + (1000 * task.limit) / (task.marks + 1)
  for (const end = taken + count; taken < end; taken += batches.length) {
    if (performance.now() > until) return
    await descender.descend(replica, batches, null)
  }
}

// By then code is compiled and every memory has the size that it needs.
await descend(stretch)
const first = taken
for (let i = 0; i <= task.marks; i++) {
  found.push({ ...(await markMemory()), steps: taken - first })
  if (i < task.marks) await descend(stretch)
}
process.stdout.write(JSON.stringify(found))
