/**
 * One peer's delta-set, played by hand. What neighbours say goes through frames and codec; jobs run at
 * once, but for local steps, which never end: so nothing but others' deltas moves the replica.
 */
import { seeded } from '../../../../src/random.ts'
import {
  isVirtuallySigned,
  virtualSignature
} from '../../../../src/simulation/virtual-signature.ts'
import type { Delta, DeltaKinds, Message } from '../../../../src/strategy/delta-set/kinds.ts'
import type {
  Compute,
  Effect,
  PeerName,
  Protocol,
  ProtocolEvent,
  Strategy
} from '../../../../src/strategy/strategy.ts'
import { decodeFrame, encodeFrame } from '../../../../src/wire/frame.ts'
import { throughDisk } from '../../../helpers/solo-peer.ts'
import { tinyCompute, tinyStrategy } from './tiny.ts'

type Event = ProtocolEvent<DeltaKinds>

const TAG = { manifest: 1, layout: 2 }
const PEERS = 4
const ROUNDS = 1000

export interface SceneStart {
  readonly records?: ReadonlyArray<DeltaKinds['record']>
  readonly trains?: boolean
}

export class Scene {
  readonly strategy: Strategy<DeltaKinds>
  readonly #protocol: Protocol<DeltaKinds>
  readonly #compute: Compute<DeltaKinds>
  readonly effects: Array<Effect<DeltaKinds>> = []
  /** `peer reason`, of the codec and of the protocol. */
  readonly rejects: string[] = []
  readonly notices: string[] = []
  /** The latest checkpoint. */
  kept: DeltaKinds['record'] | null = null
  /** Messages to each neighbour, in order. */
  readonly said: Array<{ readonly to: PeerName; readonly message: Message }> = []
  readonly #names = new Map<PeerName, PeerName[]>()
  verified = 0
  trained = 0
  now = 0

  constructor(
    neighbours: readonly PeerName[],
    options: object = {},
    { records = [], trains = true }: SceneStart = {}
  ) {
    this.strategy = tinyStrategy(PEERS, ROUNDS, { startPatienceMs: 1e6, ...options })
    this.#protocol = this.strategy.protocol({ self: 'me', random: seeded(1), round: 0, trains })
    this.#compute = tinyCompute(this.strategy, 0)
    this.give({ type: 'started', records })
    this.give({ type: 'neighbours', peers: neighbours, members: PEERS })
    for (const peer of neighbours) this.give({ type: 'link', peer, state: 'up' })
  }

  get hash(): string {
    const result = this.#compute.run({ kind: 'hash' })
    return result.kind === 'hashed' ? result.hash : ''
  }

  give(event: Event): void {
    const waiting = [event]
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const effect of this.#protocol.handle(next, this.now)) {
        this.effects.push(effect)
        const answer = this.#perform(effect)
        if (answer !== null) waiting.push(answer)
      }
    }
  }

  #perform(effect: Effect<DeltaKinds>): Event | null {
    switch (effect.type) {
      case 'compute': {
        if (effect.job.kind === 'local-steps') {
          this.trained++
          return null
        }
        return { type: 'computed', result: this.#compute.run(effect.job) }
      }
      case 'send':
        this.said.push(effect)
        return null
      case 'sign':
        return { type: 'signed', signature: virtualSignature('me', effect.digest) }
      case 'verify':
        this.verified += effect.claims.length
        return { type: 'verified', valid: effect.claims.map(isVirtuallySigned) }
      case 'persist':
        return { type: 'persisted', record: effect.record }
      case 'checkpoint':
        this.kept = throughDisk(effect.record)
        return { type: 'checkpointed', kept: true }
      case 'reject':
        this.rejects.push(`${effect.peer} ${effect.reason}`)
        return null
      case 'notice':
        this.notices.push(effect.text)
        return null
      default:
        return null
    }
  }

  /** A neighbour's frame, as bytes. */
  frame(from: PeerName, message: Message, tag = TAG): void {
    const { kind, channel, body } = this.strategy.codec.encode(message)
    this.bytes(from, kind, body, channel, tag)
  }

  bytes(
    from: PeerName,
    kind: number,
    body: Uint8Array,
    channel: 'control' | 'bulk' = 'control',
    tag = TAG
  ): void {
    const frame = decodeFrame(TAG, encodeFrame(tag, kind, body))
    if (!('body' in frame)) {
      this.rejects.push(`${from} ${frame.reason}`)
      return
    }
    const message = this.strategy.codec.decode(frame.kind, channel, frame.body)
    if (message.kind === 'rejected') this.rejects.push(`${from} ${message.reason}`)
    else this.give({ type: 'received', from, message })
  }

  /** The number by which a neighbour calls an origin; it introduces it first. */
  number(from: PeerName, origin: PeerName): number {
    const names = this.#names.get(from) ?? []
    this.#names.set(from, names)
    const known = names.indexOf(origin)
    if (known >= 0) return known
    const first = names.length
    for (const channel of ['control', 'bulk'] as const) {
      this.frame(from, { kind: 'names', channel, first, names: [origin] })
    }
    return names.push(origin) - 1
  }

  /** A neighbour says what it has of an origin. */
  have(from: PeerName, origin: PeerName, seq: number, tag: number, floor = 0): void {
    const number = this.number(from, origin)
    this.frame(from, { kind: 'have', holdings: [{ origin: number, seq, floor, tag }] })
  }

  deliver(from: PeerName, { origin, seq, signature, body }: Delta): void {
    this.frame(from, { kind: 'delta', origin: this.number(from, origin), seq, signature, body })
  }

  /** Messages of one kind to a neighbour. */
  to<K extends Message['kind']>(peer: PeerName, kind: K): Array<Extract<Message, { kind: K }>> {
    return this.said.flatMap(({ to, message }) =>
      to === peer && message.kind === kind ? [message as Extract<Message, { kind: K }>] : []
    )
  }

  /** All deltas that it has asked a neighbour for, as this neighbour numbers them. */
  wanted(peer: PeerName): number[] {
    return this.to(peer, 'want').flatMap(({ ranges }) =>
      ranges.flatMap(({ from, count }) => Array.from({ length: count }, (_, i) => from + i))
    )
  }

  fire(timer: string, after: number): void {
    this.now += after
    this.give({ type: 'timer', name: timer })
  }
}
