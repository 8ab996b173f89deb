import type { PeerConfig } from '../config.ts'
import { MEBI } from './amount.ts'

/** Of what a peer may take in all: the most that rows of data may, where these can be fewer or more. */
const SHARE = 1 / 2

/** Bytes; null: no limit of its own. */
export const dataBytesOf = ({
  memoryMiB
}: Pick<PeerConfig['limits'], 'memoryMiB'>): number | null =>
  memoryMiB === null ? null : Math.floor(memoryMiB * MEBI * SHARE)
