/**
 * One peer of delta-set, alone: every answer comes at once and in order, a local step takes 5 ms. What it
 * keeps goes through the codec that the disk has, so that only what is written survives it.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { seeded } from '../../src/random.ts'
import { isVirtuallySigned, virtualSignature } from '../../src/simulation/virtual-signature.ts'
import type { DeltaKinds } from '../../src/strategy/delta-set/kinds.ts'
import type {
  Compute,
  Effect,
  Protocol,
  ProtocolEvent,
  Strategy,
  Trainer
} from '../../src/strategy/strategy.ts'

type Record = DeltaKinds['record']

/** What a disk would give back. */
export const throughDisk = (record: Record): Record => {
  if (record.kind === 'own') return decode(encode(record))
  const { compute, ...protocol } = record
  const { vectors, data } = compute
  const rest = decode<{ data: unknown }>(encode({ ...protocol, data }))
  const { data: kept, ...whole } = rest
  return {
    ...(whole as Omit<typeof record, 'compute'>),
    compute: { vectors: structuredClone(vectors), data: kept }
  }
}

const STEP_MS = 5

export interface SoloOptions {
  readonly checkpointEvery?: number
  readonly trains?: boolean
  /** Who are never there but for this one. @default 1 */
  readonly members?: number
}

export class SoloPeer {
  readonly compute: Compute<DeltaKinds>
  /** The newest checkpoint, and the own deltas since. */
  records: Record[]
  checkpoints = 0
  /** Rounds that were over when each was kept, and when. */
  readonly moments: Array<{ readonly rounds: number; readonly at: number }> = []
  rounds = 0
  finished = false
  now = 0
  /** Whether the disk takes checkpoints. */
  keeps = true
  /** Effects in the order in which they came. */
  readonly effects: Array<Effect<DeltaKinds>> = []
  readonly #protocol: Protocol<DeltaKinds>
  readonly #timers = new Map<string, number>()
  readonly #waiting: Array<{ readonly event: ProtocolEvent<DeltaKinds>; readonly after: number }> =
    []

  constructor(
    strategy: Strategy<DeltaKinds>,
    trainer: Trainer,
    records: readonly Record[] = [],
    { members = 1, ...options }: SoloOptions = {}
  ) {
    this.#protocol = strategy.protocol({ self: 'me', random: seeded(1), round: 0, ...options })
    this.compute = strategy.compute(trainer)
    this.records = [...records]
    this.tell({ type: 'started', records: [...records] })
    this.tell({ type: 'neighbours', peers: [], members })
  }

  /** Goes on until `done`, or until it has finished; throws when it stands still. */
  run(done: () => boolean = () => false): void {
    while (!this.finished && !done()) {
      const next = this.#waiting.shift()
      if (next !== undefined) {
        this.now += next.after
        this.#give(next.event)
      } else if (!this.#ring()) throw new Error('stands still')
    }
  }

  /** `after`: milliseconds after what it is told before. */
  tell(event: ProtocolEvent<DeltaKinds>, after = 0): void {
    this.#waiting.push({ event, after })
  }

  #give(event: ProtocolEvent<DeltaKinds>): void {
    for (const effect of this.#protocol.handle(event, this.now)) {
      this.effects.push(effect)
      this.#perform(effect)
    }
  }

  #perform(effect: Effect<DeltaKinds>): void {
    switch (effect.type) {
      case 'compute': {
        const { job } = effect
        const takes = job.kind === 'local-steps' ? STEP_MS * job.steps : 0
        this.tell({ type: 'computed', result: this.compute.run(job) }, takes)
        break
      }
      case 'sign':
        this.tell({ type: 'signed', signature: virtualSignature('me', effect.digest) })
        break
      case 'verify':
        this.tell({ type: 'verified', valid: effect.claims.map(isVirtuallySigned) })
        break
      case 'persist':
        this.records.push(throughDisk(effect.record))
        this.tell({ type: 'persisted', record: effect.record })
        break
      case 'checkpoint':
        this.checkpoints++
        this.moments.push({ rounds: this.rounds, at: this.now })
        if (this.keeps) this.records = [throughDisk(effect.record)]
        this.tell({ type: 'checkpointed', kept: this.keeps })
        break
      case 'timer':
        this.#timers.set(effect.name, this.now + effect.after)
        break
      case 'round-completed':
        this.rounds++
        break
      case 'finished':
        this.finished = true
    }
  }

  #ring(): boolean {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a - b)
    if (first === undefined) return false
    const [name, at] = first
    this.now = Math.max(this.now, at)
    this.#timers.delete(name)
    this.tell({ type: 'timer', name })
    return true
  }
}
