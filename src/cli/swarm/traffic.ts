import { STRATEGIES } from '../../strategy/registry.ts'
import type { Manifest } from '../../swarm/manifest.ts'

/**
 * Bytes that a member sends in one round, on average, while all expected members train; it receives as
 * many. Of delta-set: every message of every other member once.
 */
export const roundBytes = (manifest: Manifest, parameters: number): number =>
  STRATEGIES[manifest.strategy.name]!.roundBytes(manifest, parameters)

/** The largest message, about. */
export const largestBody = (manifest: Manifest, parameters: number): number =>
  STRATEGIES[manifest.strategy.name]!.largestBody(manifest, parameters)
