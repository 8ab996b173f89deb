/** Peers and hosts of other libp2p implementations, which have to be fetched: npm run test:interop. */
export default {
  extensions: { ts: 'module' },
  files: ['test/interop/*.test.ts'],
  timeout: '15m',
  workerThreads: false,
  verbose: true
}
