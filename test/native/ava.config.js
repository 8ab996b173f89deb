import { base } from '../ava.base.js'

/** Tests of backends that are not installed with swarmgrad: npm run test:tensorflow, npm run test:webgpu. */
export default {
  ...base,
  files: ['test/native/*.test.ts'],
  timeout: '10m'
}
