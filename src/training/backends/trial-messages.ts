import type { BackendName, Passed } from './candidate.ts'

/** A tfjs backend to be tried, as it crosses to a process of its own. */
export interface TrialTask {
  readonly backend: BackendName
  readonly module: string | null
}

export type TrialReport = Passed | { readonly passed: false; readonly reason: string }
