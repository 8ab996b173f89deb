import { base } from '../ava.base.js'

/** Peers and hosts of other libp2p implementations, which have to be fetched: npm run test:interop. */
export default {
  ...base,
  files: ['test/interop/*.test.ts'],
  timeout: '15m',
  verbose: true
}
