import type { Diagnosis, Finding } from '../training/backends/diagnose.ts'

/** What the operating system says of itself. */
export interface Computer {
  /** Version of Node. */
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly freeMemoryBytes: number
}

export interface BackendCheck {
  readonly backend: string
  /** Packages; with versions and device where they could be asked. */
  readonly through: string
  /** `ready` has passed, and something else comes first. */
  readonly state: 'taken' | 'ready' | 'skipped'
  /** That `auto` computes with it. */
  readonly models: readonly string[]
  readonly smokeTest: 'passed' | 'failed' | 'not run'
  /** To open it and compute the known numbers. */
  readonly milliseconds: number | null
  readonly gpu: boolean
  /** Why it was skipped, or is slower than it should be. */
  readonly reason: string | null
}

/** What `swarmgrad doctor` has found; with --json it is printed as it is. */
export interface Checkup extends Computer {
  readonly platform: string
  readonly arch: string
  /** Of CUDA. */
  readonly nvidiaDriver: string | null
  readonly gpus: ReadonlyArray<{ readonly name: string; readonly api: string | null }>
  /** In the order in which `auto` tries them. */
  readonly backends: readonly BackendCheck[]
  /** The command that would make this machine faster; null where none would. */
  readonly remedy: string | null
}

const checkOf = ({ candidate, verdict, models }: Finding): BackendCheck => {
  const { backend } = candidate
  if (!verdict.passed) {
    const smokeTest = verdict.installed ? 'failed' : 'not run'
    const { through } = candidate
    const nothing = { models: [], milliseconds: null, gpu: false } as const
    return { backend, through, state: 'skipped', smokeTest, reason: verdict.reason, ...nothing }
  }
  const { description: through, gpu, notice: reason, seconds } = verdict
  const state = models.length > 0 ? 'taken' : 'ready'
  const milliseconds = Math.round(1000 * seconds)
  return { backend, through, state, models, smokeTest: 'passed', milliseconds, gpu, reason }
}

export const checkupOf = (
  computer: Computer,
  { hardware, findings, remedy }: Diagnosis
): Checkup => ({
  ...computer,
  platform: hardware.platform,
  arch: hardware.arch,
  nvidiaDriver: hardware.nvidia?.driver ?? null,
  gpus: hardware.gpus,
  backends: findings.map(checkOf),
  remedy
})
