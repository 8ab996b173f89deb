/** Peers on loopback whose events can be awaited, so that no test has to sleep. */
import type { ExecutionContext } from 'ava'
import { createNetwork } from '../../src/network/libp2p-network.ts'
import type { Network, NetworkHandlers, NetworkOptions } from '../../src/network/network.ts'
import type { Path } from '../../src/network/path.ts'
import type { Presence } from '../../src/network/presence.ts'
import { type NetworkTimings, TIMINGS } from '../../src/network/timings.ts'
import type { PeerName } from '../../src/strategy/strategy.ts'
import type { Refusal } from '../../src/swarm/admission.ts'
import { tagOf } from '../../src/wire/frame.ts'
import { wireLimits } from '../../src/wire/limits.ts'
import type { Channel } from '../../src/wire/link-end.ts'
import type { RejectReason } from '../../src/wire/reject.ts'

export const HASH = 'c0ffee0123456789'.repeat(4)
export const TAG = { manifest: tagOf(HASH), layout: 0x12345678 }
export const LIMITS = wireLimits(1_000_000)

/** Short where a test would wait; no two connections count as simultaneous unless asked for. */
export const QUICK: NetworkTimings = {
  ...TIMINGS,
  grace: 300,
  simultaneous: 0,
  backoff: [20, 200],
  presence: 200
}

export type Event =
  | { type: 'link'; peer: PeerName; state: 'up' | 'down' }
  | { type: 'message'; peer: PeerName; channel: Channel; kind: number; body: Uint8Array }
  | { type: 'rejected'; peer: PeerName; reason: RejectReason }
  | { type: 'presence'; peer: PeerName; presence: Presence }
  | { type: 'path'; peer: PeerName; path: Path }
  | { type: 'refused'; peer: PeerName; why: Refusal; by: 'self' | 'other'; text: string }

/** Keeps what happened in order; `next` waits for the first event not yet taken that fits. */
export class Recorder implements NetworkHandlers {
  readonly events: Event[] = []
  sentBytes = 0
  receivedBytes = 0
  onEvent: (event: Event) => void = () => {}
  #waiting: Array<() => void> = []
  #taken = 0

  #add(event: Event): void {
    this.events.push(event)
    this.onEvent(event)
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  link(peer: PeerName, state: 'up' | 'down'): void {
    this.#add({ type: 'link', peer, state })
  }

  /** False: this end is busy for ever with what has come in. */
  consumes = true

  message(
    peer: PeerName,
    channel: Channel,
    frame: { kind: number; body: Uint8Array },
    consumed: () => void
  ): void {
    this.#add({ type: 'message', peer, channel, kind: frame.kind, body: frame.body })
    if (this.consumes) consumed()
  }

  rejected(peer: PeerName, reason: RejectReason): void {
    this.#add({ type: 'rejected', peer, reason })
  }

  presence(peer: PeerName, presence: Presence): void {
    this.#add({ type: 'presence', peer, presence })
  }

  path(peer: PeerName, path: Path): void {
    this.#add({ type: 'path', peer, path })
  }

  refused(peer: PeerName, why: Refusal, by: 'self' | 'other', text: string): void {
    this.#add({ type: 'refused', peer, why, by, text })
  }

  sent(_peer: PeerName, _kind: number, bytes: number): void {
    this.sentBytes += bytes
  }

  received(_peer: PeerName, _kind: number, bytes: number): void {
    this.receivedBytes += bytes
  }

  async next<T extends Event['type']>(
    type: T,
    fits: (event: Extract<Event, { type: T }>) => boolean = () => true
  ): Promise<Extract<Event, { type: T }>> {
    for (;;) {
      while (this.#taken < this.events.length) {
        const event = this.events[this.#taken++]!
        const typed = event as Extract<Event, { type: T }>
        if (event.type === type && fits(typed)) return typed
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  untilLink(peer: PeerName, state: 'up' | 'down'): Promise<Event> {
    return this.next('link', (event) => event.peer === peer && event.state === state)
  }

  get history(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'link' ? [event.state] : []))
  }
}

export interface Peer {
  readonly network: Network
  readonly name: PeerName
  readonly recorder: Recorder
}

export const seedOf = (number: number): Uint8Array => new Uint8Array(32).fill(number)

export const createPeer = async (
  t: ExecutionContext,
  seed: number,
  options: Partial<NetworkOptions> = {},
  timings: Partial<NetworkTimings> = {}
): Promise<Peer> => {
  const recorder = new Recorder()
  const network = await createNetwork(
    {
      identitySeed: seedOf(seed),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      manifestHash: HASH,
      tag: TAG,
      limits: LIMITS,
      ...options
    },
    recorder,
    { ...QUICK, ...timings }
  )
  t.teardown(() => network.stop())
  return { network, name: network.self, recorder }
}

/** Tells `a` where `b` is and makes it want the link. */
export const wants = (a: Peer, b: Peer): void => {
  a.network.introduce(b.name, b.network.addresses())
  a.network.want([b.name])
}

export const linkUp = async (a: Peer, b: Peer): Promise<void> => {
  wants(a, b)
  await Promise.all([a.recorder.untilLink(b.name, 'up'), b.recorder.untilLink(a.name, 'up')])
}

export const message = (channel: Channel, kind: number, body: Uint8Array) => ({
  channel,
  kind,
  body
})
