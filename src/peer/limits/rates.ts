import type { Rates } from '../../network/rate-limit.ts'
import type { PeerConfig } from '../config.ts'

const KILO = 1000

/** Bytes a second. */
export const ratesOf = ({ uploadKBps, downloadKBps }: PeerConfig['limits']): Rates => ({
  up: uploadKBps === null ? null : uploadKBps * KILO,
  down: downloadKBps === null ? null : downloadKBps * KILO
})
