import type { Candidate, Verdict } from './candidate.ts'
import { isInstalled } from './installed.ts'
import { tryBackend } from './trial.ts'

type Tensors = Pick<Candidate, 'backend' | 'module' | 'through' | 'serves' | 'promises'> & {
  /** What has to be installed beside swarmgrad; none for what it brings. */
  readonly packages: readonly string[]
}

/** tfjs's native packages fetch their library while they are installed, or not. */
const NO_LIBRARY = /native addon module .* can not be found|cannot open shared object/i

const FIRST_LINE = /^[^\n]*/

/** A candidate that is tfjs on one of its backends. */
export const tensorCandidate = ({ packages, ...candidate }: Tensors): Candidate => {
  const test = async (): Promise<Verdict> => {
    const missing = packages.filter((name) => !isInstalled(name))
    if (missing.length > 0) {
      const remedy = `npm install ${packages.join(' ')}`
      return { passed: false, installed: false, reason: 'not installed', remedy }
    }
    const { backend, module } = candidate
    const report = await tryBackend({ backend, module })
    if (report.passed) return report
    const remedy =
      module !== null && NO_LIBRARY.test(report.reason)
        ? `npm rebuild ${module} --build-addon-from-source`
        : null
    return { passed: false, installed: true, reason: FIRST_LINE.exec(report.reason)![0], remedy }
  }
  return { ...candidate, engine: 'tensors', test }
}
