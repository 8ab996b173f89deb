/** Real hosts in network namespaces, minutes long, as root: npm run test:network. */
export default {
  extensions: { ts: 'module' },
  files: ['test/network/*.test.ts'],
  timeout: '30m',
  concurrency: 1,
  workerThreads: false,
  verbose: true
}
