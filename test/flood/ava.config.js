/** Peers that train while they are flooded, minutes long: npm run test:flood. */
export default {
  extensions: { ts: 'module' },
  files: ['test/flood/*.test.ts'],
  timeout: '20m',
  serial: true,
  concurrency: 1,
  workerThreads: false,
  verbose: true
}
