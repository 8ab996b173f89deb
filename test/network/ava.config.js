import { base } from '../ava.base.js'

/** Real hosts in network namespaces, minutes long, as root: npm run test:network. */
export default {
  ...base,
  files: ['test/network/*.test.ts'],
  timeout: '30m',
  concurrency: 1,
  verbose: true
}
