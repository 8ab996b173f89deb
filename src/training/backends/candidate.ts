import type { ModelConfig } from '../../swarm/recipe.ts'
import type { Hardware } from './hardware.ts'

/** What a config may ask for; `auto` takes the first of the others that passes its smoke test. */
export const BACKEND_CHOICES = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const

export type BackendChoice = (typeof BACKEND_CHOICES)[number]
export type BackendName = Exclude<BackendChoice, 'auto'>

export interface Passed {
  readonly passed: true
  /** Packages with their versions, and the device, as they say it. */
  readonly description: string
  readonly gpu: boolean
  /** What is slower than it should be, and why. */
  readonly notice: string | null
  /** To open it and compute the known numbers. */
  readonly seconds: number
}

export interface Failed {
  readonly passed: false
  /** False where there was nothing to test. */
  readonly installed: boolean
  readonly reason: string
  /** A command that might help; null where none is known. */
  readonly remedy: string | null
}

/** What became of a smoke test. */
export type Verdict = Passed | Failed

/** One way to compute. Two may serve the same backend. */
export interface Candidate {
  readonly backend: BackendName
  /** `wasm`: hand-written programs, on the calling thread; `tensors`: tfjs, in a device thread. */
  readonly engine: 'wasm' | 'tensors'
  /** The package that has to be imported, where a backend has several; null elsewhere. */
  readonly module: string | null
  /** The packages that compute. */
  readonly through: string
  serves(model: ModelConfig['name']): boolean
  /** Whether it would be worth its installation on such a machine. */
  promises(hardware: Hardware): boolean
  /** Opens it, computes the known numbers and closes it; leaves nothing behind and prints nothing. */
  test(): Promise<Verdict>
}
