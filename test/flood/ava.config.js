import { base } from '../ava.base.js'

/** Peers that train while they are flooded, minutes long: npm run test:flood. */
export default {
  ...base,
  files: ['test/flood/*.test.ts'],
  timeout: '20m',
  serial: true,
  concurrency: 1,
  verbose: true
}
