/** Tests of backends that are not installed with swarmgrad: npm run test:tensorflow, npm run test:webgpu. */
export default {
  extensions: { ts: 'module' },
  files: ['test/native/*.test.ts'],
  timeout: '10m',
  workerThreads: false
}
