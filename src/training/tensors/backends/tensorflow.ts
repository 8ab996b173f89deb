import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { RunFailedError } from '../../../errors.ts'
import type { LoadBackend } from './loaded.ts'
import { start } from './start.ts'

/** Neither is installed with swarmgrad; the first that loads is taken. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const

/** What tfjs-node 4.22 calls and Node 23 has taken out, or warns of. */
const restoreUtilities = (): void => {
  const old = util as unknown as Record<string, unknown>
  old['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  old['isArray'] = Array.isArray
}

const SETTINGS = {
  // Three lines on stderr otherwise.
  TF_CPP_MIN_LOG_LEVEL: '2',
  // The first process would take all of a GPU's memory otherwise, and peers may share one.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true'
}

/** Before its library is loaded; what the user has set stays. Worker threads need Node's SHARE_ENV for it. */
export const setTensorflowEnvironment = (): void => {
  for (const [name, value] of Object.entries(SETTINGS)) process.env[name] ??= value
}

/** The first lines of what an import threw: native libraries add pages of theirs. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!

const importFirst = async (names: readonly string[]): Promise<string> => {
  const reasons = []
  for (const name of names) {
    try {
      await import(name)
      return name
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error)}`)
    }
  }
  throw new RunFailedError(reasons.join('; '))
}

/** tfjs-node's own names for what it runs on. */
interface NodeBackend {
  readonly isUsingGpuDevice?: boolean
  readonly binding?: { readonly TF_Version?: string }
}

/** TensorFlow's own library, on an NVIDIA GPU where tfjs-node-gpu finds CUDA. */
export const loadTensorflow: LoadBackend = async (module) => {
  restoreUtilities()
  setTensorflowEnvironment()
  const name = await importFirst(module === null ? PACKAGES : [module])
  await start('tensorflow')
  const { isUsingGpuDevice: gpu = false, binding } = tf.backend() as unknown as NodeBackend
  const wanted = name === PACKAGES[0] && !gpu
  return {
    description: `${name}, TensorFlow ${binding?.TF_Version} on the ${gpu ? 'GPU' : 'CPU'}`,
    gpu,
    notice: wanted ? `${name} finds no CUDA device and computes on the CPU` : null
  }
}
