import type {
  BackendName,
  Candidate,
  Failed,
  Passed
} from '../../../../src/training/backends/candidate.ts'

export const passed = (description: string): Passed => ({
  passed: true,
  description,
  gpu: false,
  notice: null,
  seconds: 0.012
})

export const failed = (reason: string, remedy: string | null = null): Failed => ({
  passed: false,
  installed: reason !== 'not installed',
  reason,
  remedy
})

interface Fake extends Candidate {
  /** How often it was tested. */
  readonly tested: () => number
}

export const candidateOf = (
  backend: BackendName,
  verdict: Passed | Failed,
  rest: Partial<Candidate> = {}
): Fake => {
  let tested = 0
  return {
    backend,
    engine: 'tensors',
    module: null,
    through: `${backend}-package`,
    serves: () => true,
    promises: () => true,
    test: async () => {
      tested += 1
      return verdict
    },
    ...rest,
    tested: () => tested
  }
}
