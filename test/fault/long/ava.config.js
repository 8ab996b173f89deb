import { base } from '../../ava.base.js'

/** Mishaps at every step of a protocol, in virtual time, minutes long: npm run test:faults. */
export default { ...base, files: ['test/fault/long/*.test.ts'], timeout: '5m' }
