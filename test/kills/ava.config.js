import { base } from '../ava.base.js'

/** kill -9 of real processes, minutes long: npm run test:kills. */
export default {
  ...base,
  files: ['test/kills/*.test.ts'],
  timeout: '20m',
  verbose: true
}
