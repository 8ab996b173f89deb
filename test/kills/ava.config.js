/** Faults in real processes, minutes long: npm run test:faults. */
export default {
  extensions: { ts: 'module' },
  files: ['test/kills/*.test.ts'],
  timeout: '20m',
  workerThreads: false,
  verbose: true
}
