/** `swarmgrad doctor`: looks at the machine, tries every backend, and prints what it has found. */
import { availableParallelism, cpus, totalmem } from 'node:os'
import { type Checkup, checkupOf } from '../report/checkup.ts'
import { doctorPage } from '../report/doctor-page.ts'
import { diagnose } from '../training/backends/diagnose.ts'
import type { DoctorFlags } from './commands/doctor.ts'
import { harmless } from './print-error.ts'

const examine = async (): Promise<Checkup> =>
  checkupOf(
    {
      node: process.versions.node,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      // A container may have less than its machine.
      memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
      freeMemoryBytes: process.availableMemory()
    },
    await diagnose()
  )

export const doctor = async ({ json }: DoctorFlags): Promise<void> => {
  const checkup = await examine()
  const text = json ? JSON.stringify(checkup, null, 2) : doctorPage(checkup)
  process.stdout.write(`${harmless(text)}\n`)
}
