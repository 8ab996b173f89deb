import { availableParallelism } from 'node:os'
import { base } from './test/ava.base.js'

const OTHER_SUITES = ['cli', 'daemon', 'fault/long', 'flood', 'interop', 'kills', 'native', 'network']

/** What takes minutes has suites of its own: npm test is through in a few. */
export default {
  ...base,
  files: ['test/**/*.test.ts', ...OTHER_SUITES.map((folder) => `!test/${folder}/**`)],
  // Some wait for sockets and timers: one more than there are processors.
  concurrency: availableParallelism() + 1,
  timeout: '4m'
}
