import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { InvalidInputError } from '../../../src/errors.ts'
import { reasonIn } from './reason.ts'

/** What the numbers were measured on. */
export interface Platform {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  readonly runtime: string
  /** Programs that wanted a core over the last minute: above 1, others were computing too. */
  readonly load: number
}

export const platform = (): Platform => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  system: `${process.platform} ${process.arch}`,
  runtime: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
  load: loadavg()[0]!
})

/** Throws InvalidInputError where this is no interpreter that has torch. */
export const checkTorch = (python: string): void => {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: Buffer }
    const reason = reasonIn(stderr?.toString() || message)
    const rule = `"${python}" does not import torch: ${reason}`
    const remedy = 'name a Python interpreter that has PyTorch, or leave --torch out'
    throw new InvalidInputError([{ path: '--torch', rule, remedy }])
  }
}
