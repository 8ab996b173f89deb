/** What a peer will take of the machine's memory, before it takes it. */
import { mostNeighbours } from '../../strategy/facts.ts'
import { STRATEGIES } from '../../strategy/registry.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import { momentsOf } from '../../swarm/moments.ts'
import type { WireLimits } from '../../wire/limits.ts'
import type { PeerConfig } from '../config.ts'
import { bytesInWords } from '../monitor/words.ts'
import { checkWithin, MEBI, mebibytes, type Part, totalOf } from './amount.ts'

const FLOAT = 4

/**
 * Two threads, libp2p and this program, at their highest: measured on Linux with Node 24, 4 peers of
 * simulations/quickstart with a model of 805 parameters (183 MiB); 172 MiB of them while training.
 */
const PROCESS = 172 * MEBI
/** A third thread and TensorFlow.js in it, the same way, with the backend cpu; native libraries take more. */
const TENSORS = 48 * MEBI

/** Copies of a body on its way: in its frame, on either thread. */
const COPIES = 3
/** V8 collects bytes that nobody needs any more when there are so many, or time; messages of so many rounds. */
const UNCOLLECTED = 64 * MEBI
const UNCOLLECTED_ROUNDS = 32

/** Vectors that the engine's plan reckons with beside moments: a replica, its gradient, a correction. */
const PLANNED_MOMENTS = 2

export interface MemoryInit {
  readonly manifest: Manifest
  readonly backend: string
  readonly parameters: number
  /** As the compute thread says. */
  readonly bytes: { readonly engine: number; readonly data: number }
  readonly wire: WireLimits
  readonly diagnostics: boolean
}

/** Line by line, at the highest: while a checkpoint is written and somebody joins. */
export const memoryParts = (init: MemoryInit): readonly Part[] => {
  const { manifest, backend, parameters, bytes, wire, diagnostics } = init
  const { strategy, training } = manifest
  const entry = STRATEGIES[strategy.name]!
  const vector = FLOAT * parameters
  const moments = momentsOf(training.optimizer)
  const held = entry.held(manifest, parameters, diagnostics)
  const neighbours = mostNeighbours(entry.topology ?? manifest.topology, manifest.shards)
  const model = 'take a smaller model'
  const messages = 2 * neighbours * wire.maxFrame
  const unused = (PLANNED_MOMENTS - moments) * vector
  return [
    { what: 'the process: two threads, libp2p', bytes: PROCESS, shrink: null },
    {
      what: `the backend ${backend}`,
      bytes: ['wasm', 'none'].includes(backend) ? 0 : TENSORS,
      shrink: 'take the backend wasm'
    },
    {
      what: `training: a batch of ${training.batch}, its gradients, ${training.optimizer.name}`,
      bytes: Math.max(0, bytes.engine - unused) + moments * vector,
      shrink: 'take a smaller batch or model'
    },
    { what: 'data of this shard, and the test', bytes: bytes.data, shrink: 'take more shards' },
    {
      what: `${strategy.name}: ${held.vectors} vectors of ${parameters} parameters, and its log`,
      bytes: held.vectors * vector + held.logBytes + held.codeBytes,
      shrink: model
    },
    {
      what: 'a copy of the replica for those who fetch it',
      bytes: manifest.creator === undefined ? 0 : vector,
      shrink: model
    },
    {
      what: `copies of ${neighbours} neighbours`,
      bytes: held.perNeighbour * neighbours * vector,
      shrink: 'take a topology with fewer neighbours'
    },
    {
      what: `a checkpoint under way: ${held.kept + moments} vectors`,
      bytes: (held.kept + moments) * vector,
      shrink: model
    },
    {
      what: `messages from and to ${neighbours} neighbours, of up to ${bytesInWords(wire.maxFrame)}`,
      bytes: COPIES * messages,
      shrink: 'take a compression, or fewer neighbours'
    },
    {
      what: 'messages that are through and not yet collected',
      // The largest legal message is a usual one where it holds the whole replica.
      bytes: held.isDense ? Math.min(UNCOLLECTED, UNCOLLECTED_ROUNDS * messages) : 0,
      shrink: null
    }
  ]
}

/**
 * Holds the estimate against `limits.memoryMiB` and what the machine has left; returns a warning, or
 * null.
 *
 * `free`: bytes that are there for this process beside the `taken` that it has.
 * @throws InvalidInputError that shows the arithmetic
 */
export const checkMemoryLimit = (
  { memoryMiB }: Pick<PeerConfig['limits'], 'memoryMiB'>,
  parts: readonly Part[],
  machine: { readonly free: number; readonly taken: number }
): string | null => {
  checkWithin('limits.memoryMiB', memoryMiB, parts)
  const total = totalOf(parts)
  const room = machine.free + machine.taken
  if (total <= room) return null
  return (
    `this peer will take about ${mebibytes(total)} of memory, and the machine has ` +
    `${mebibytes(room)} left: it may be killed or slow; stop other programs, or take a smaller model`
  )
}
