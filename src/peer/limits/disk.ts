/** What a peer will take of its disk, before it takes it. */
import { STRATEGIES } from '../../strategy/registry.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { momentsOf } from '../../swarm/moments.ts'
import type { PeerConfig } from '../config.ts'
import { checkWithin, mebibytes, type Part, totalOf } from './amount.ts'

const FLOAT = 4
/** src/storage/metrics-log.ts begins a new file at so many bytes, and keeps the one before. */
const METRICS = 2 * 4 * 2 ** 20
/** Identity, peer book, documents, summary. */
const SMALL = 2 ** 20
/** src/storage/record-log.ts drops what is older. */
const MOST_RECORDS = 64 * 2 ** 20
/** Rounds between two checkpoints, where they are not rarer: what records are reckoned by. */
const ROUNDS_PER_SECOND = 4
const LEAST_ROUNDS = 32
export interface DiskInit {
  readonly manifest: Manifest
  readonly parameters: number
  readonly checkpoint: PeerConfig['checkpoint']
  readonly diagnostics: boolean
}

/** Records since the oldest checkpoint that is kept. */
const recordBytes = ({ keep, everySeconds }: DiskInit['checkpoint'], ofRound: number): number => {
  const rounds = Math.max(LEAST_ROUNDS, ROUNDS_PER_SECOND * everySeconds)
  return Math.min(MOST_RECORDS, (keep + 1) * rounds * ofRound)
}

/** Line by line, at the most. */
export const diskParts = (init: DiskInit): readonly Part[] => {
  const { manifest, parameters, checkpoint, diagnostics } = init
  const vector = FLOAT * parameters
  const held = STRATEGIES[manifest.strategy.name]!.held(manifest, parameters, diagnostics)
  const vectors = held.kept + momentsOf(manifest.training.optimizer)
  const checkpoints = checkpoint.keep + 1
  const rarer = 'give a smaller checkpoint.everySeconds'
  return [
    {
      what: `${checkpoint.keep} checkpoints and one being written: ${vectors} vectors each, and a log`,
      bytes: checkpoints * (vectors * vector + held.logBytes),
      shrink: checkpoint.keep > 2 ? 'give a smaller checkpoint.keep' : 'take a smaller model'
    },
    {
      what: `own deltas since the oldest of them, at ${ROUNDS_PER_SECOND} rounds a second`,
      bytes: recordBytes(checkpoint, held.recordBytes),
      shrink: rarer
    },
    {
      what: 'the replica at the end',
      bytes: vector * (diagnostics ? 3 : 1),
      shrink: 'take a smaller model'
    },
    { what: 'metrics.jsonl and the one before', bytes: METRICS, shrink: null },
    { what: 'identity, peer book and the like', bytes: SMALL, shrink: null }
  ]
}

/**
 * Holds the estimate against `limits.diskMiB` and what the disk has left; returns a warning, or null.
 *
 * `disk`: bytes that are free, null: not known; and those that the data directory takes already.
 * @throws InvalidInputError that shows the arithmetic
 */
export const checkDiskLimit = (
  { diskMiB }: Pick<PeerConfig['limits'], 'diskMiB'>,
  parts: readonly Part[],
  disk: { readonly free: number | null; readonly taken: number }
): string | null => {
  checkWithin('limits.diskMiB', diskMiB, parts)
  const total = totalOf(parts)
  if (disk.free === null || total <= disk.free + disk.taken) return null
  return (
    `the data directory will take up to ${mebibytes(total)}, and its disk has ` +
    `${mebibytes(disk.free + disk.taken)} left: make room, or move it to another disk`
  )
}
