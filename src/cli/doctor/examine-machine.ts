import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Computer } from '../../report/checkup.ts'

export const examineMachine = (): Computer => ({
  node: process.versions.node,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  // A container may have less than its machine.
  memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
  freeMemoryBytes: process.availableMemory()
})
