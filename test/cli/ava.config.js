import { base } from '../ava.base.js'

/** The program as somebody at a terminal has it, some hundred processes: npm run test:cli. */
export default { ...base, files: ['test/cli/*.test.ts'], timeout: '5m' }
