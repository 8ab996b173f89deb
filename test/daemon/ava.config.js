import { base } from '../ava.base.js'

/** The peer daemon as a whole, through the real program, some hundred processes: npm run test:daemon. */
export default {
  ...base,
  files: ['test/daemon/*.test.ts'],
  timeout: '5m',
  concurrency: 2
}
