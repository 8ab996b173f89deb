/** The entry of a trial's process: opens one tfjs backend, computes the known numbers, and says how it went. */
import { env } from '@tensorflow/tfjs-core'
import { openBackend } from '../tensors/backend.ts'
import { setTensorflowEnvironment } from '../tensors/backends/tensorflow.ts'
import { failIfFaulty } from '../tensors/faults.ts'
import { smokeOperations } from './smoke/operations.ts'
import { tensorOperations } from './smoke/tensor-operations.ts'
import type { TrialReport, TrialTask } from './trial-messages.ts'

/** Tests compute with WebGPU where there is no GPU; nobody else wants to. */
const softwareAllowed = (): boolean => process.env['SWARMGRAD_SOFTWARE_GPU'] === '1'

const refuse = (reason: string): TrialReport => ({ passed: false, reason })

/** What is behind a wrapper's sentence, where there is one. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

const attempt = async ({ backend, module }: TrialTask): Promise<TrialReport> => {
  const began = performance.now()
  if (backend === 'tensorflow') setTensorflowEnvironment()
  // What it throws is the reason as it is.
  if (module !== null) await import(module)
  const { description, gpu, notice } = await openBackend(backend, module)
  if (backend === 'webgpu') {
    if (!gpu && !softwareAllowed()) return refuse(`${notice ?? 'no GPU'} (${description})`)
    // tfjs would compute what is small on the CPU.
    env().set('WEBGPU_CPU_FORWARD', false)
  }
  const wrong = await smokeOperations(tensorOperations)
  failIfFaulty()
  if (wrong !== null) return refuse(wrong)
  return { passed: true, description, gpu, notice, seconds: (performance.now() - began) / 1000 }
}

const task: TrialTask = JSON.parse(process.argv[2]!)
// Whoever asked may be gone before there is an answer.
process.once('disconnect', () => process.exit())
const report = await attempt(task).catch((error: unknown) => refuse(messageOf(error)))
// Ends whatever a driver has left running, once the report is under way.
process.send?.(report, () => process.exit())
