/** One peer of delta-set whose neighbours, signatures and clock are in the hands of a test. */
import { seeded } from '../../../../src/random.ts'
import {
  isVirtuallySigned,
  virtualSignature
} from '../../../../src/simulation/virtual-signature.ts'
import { createDeltaSet } from '../../../../src/strategy/delta-set/index.ts'
import type { DeltaKinds, Job, Message } from '../../../../src/strategy/delta-set/kinds.ts'
import {
  bytesOf,
  CHUNK_BYTES,
  chunkHashes,
  rootOf
} from '../../../../src/strategy/delta-set/replica-hash.ts'
import { type Cut, snapshotId } from '../../../../src/strategy/delta-set/snapshot/cut.ts'
import type {
  Effect,
  PeerName,
  Progress,
  Protocol,
  ProtocolEvent
} from '../../../../src/strategy/strategy.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import type { Bytes } from '../../../../src/vector/vector.ts'
import { recipeWith } from '../../../helpers/recipe.ts'

export const MANIFEST = '3c'.repeat(32)
/** Three chunks, the last of them short. */
export const LENGTH = 40_000
/** As every neighbour of the scene numbers them. */
export const ORIGINS: readonly PeerName[] = ['a', 'b', 'c']

export class Scene {
  readonly sent: Array<{ readonly to: PeerName; readonly message: Message }> = []
  readonly rejects: string[] = []
  readonly notices: string[] = []
  readonly jobs: Job[] = []
  readonly progresses: Array<Progress | null> = []
  now = 0
  readonly #protocol: Protocol<DeltaKinds>
  readonly #timers = new Map<string, number>()

  constructor(self: PeerName, neighbours: readonly PeerName[] = ORIGINS) {
    const strategy = createDeltaSet(
      recipeWith({
        training: { learningRate: 0.1, localSteps: 2, steps: 200, batch: 1 },
        strategy: { name: 'delta-set' }
      }),
      layoutOf([{ name: 'x', shape: [LENGTH] }]),
      { manifest: MANIFEST, peers: 4, diagnostics: false }
    )
    this.#protocol = strategy.protocol({ self, random: seeded(1), round: 0 })
    this.give({ type: 'started', records: [] })
    const members = neighbours.length + 1
    this.give({ type: 'neighbours', peers: neighbours, members })
    for (const peer of neighbours) this.give({ type: 'link', peer, state: 'up' })
  }

  /** What was told last of a snapshot on its way. */
  get progress(): Progress | null {
    return this.progresses.at(-1) ?? null
  }

  give(event: ProtocolEvent<DeltaKinds>): void {
    for (const effect of this.#protocol.handle(event, this.now)) this.#perform(effect)
  }

  hear(from: PeerName, ...messages: readonly Message[]): void {
    for (const message of messages) this.give({ type: 'received', from, message })
  }

  /** Lets time pass, and the timers with it. */
  wait(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const [first] = [...this.#timers].sort(([, a], [, b]) => a - b)
      if (first === undefined || first[1] > end) break
      this.now = first[1]
      this.#timers.delete(first[0])
      this.give({ type: 'timer', name: first[0] })
    }
    this.now = end
  }

  /** What has been said since the last time, of these kinds: `to kind`. */
  said(...kinds: readonly string[]): string[] {
    return this.sent
      .splice(0)
      .flatMap(({ to, message }) => (kinds.includes(message.kind) ? [`${to} ${message.kind}`] : []))
  }

  #perform(effect: Effect<DeltaKinds>): void {
    switch (effect.type) {
      case 'send':
        this.sent.push(effect)
        break
      case 'reject':
        this.rejects.push(`${effect.peer} ${effect.reason}`)
        break
      case 'notice':
        this.notices.push(effect.text)
        break
      case 'joining':
        this.progresses.push(effect.progress)
        break
      case 'compute':
        this.jobs.push(effect.job)
        break
      case 'timer':
        this.#timers.set(effect.name, this.now + effect.after)
        break
      case 'verify':
        this.give({ type: 'verified', valid: effect.claims.map(isVirtuallySigned) })
        break
      case 'sign':
        this.give({ type: 'signed', signature: virtualSignature('server', effect.digest) })
        break
    }
  }
}

/** A replica at a cut where each of the origins has sent 100 deltas. */
export const snapshot = (): {
  readonly chunks: readonly Bytes[]
  readonly hashes: readonly Bytes[]
  readonly root: string
  readonly id: Bytes
  readonly offer: (from: PeerName) => Message
} => {
  const random = seeded(9)
  const replica = Int32Array.from({ length: LENGTH }, () => random.integer(2 ** 30))
  const bytes = bytesOf(replica)
  const hashes = chunkHashes(bytes)
  const chunks = hashes.map((_, i) => bytes.slice(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES))
  const entries = ORIGINS.map((name, i) => {
    return [name, { seq: 100, samples: 200, digest: new Uint8Array(32).fill(i + 1) }] as const
  })
  const cut: Cut = new Map(entries)
  const root = rootOf(hashes)
  const id = snapshotId(MANIFEST, cut, root)
  const lines = entries.map(([, entry], origin) => ({ origin, ...entry }))
  const offer = (from: PeerName): Message => ({
    kind: 'snapshot-offer',
    lines,
    hashes,
    signature: virtualSignature(from, id)
  })
  return { chunks, hashes, root, id, offer }
}

/** What neighbours say of their holdings: all pruned but for the newest. */
export const greeting: readonly Message[] = [
  { kind: 'names', channel: 'control', first: 0, names: ORIGINS },
  {
    kind: 'have',
    holdings: ORIGINS.map((_, origin) => ({ origin, seq: 100, floor: 99, tag: 1 }))
  }
]
