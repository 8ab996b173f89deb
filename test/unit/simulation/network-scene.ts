/** Endpoints of the virtual network that write down what happens to them. */
import { seeded } from '../../../src/random.ts'
import type { PeerLink } from '../../../src/simulation/peer-links.ts'
import { VirtualClock } from '../../../src/simulation/virtual-clock.ts'
import { VirtualNetwork } from '../../../src/simulation/virtual-network.ts'
import { FRAME_OVERHEAD } from '../../../src/wire/frame.ts'
import { wireLimits } from '../../../src/wire/limits.ts'
import type { Channel } from '../../../src/wire/link-end.ts'

/** Every peer's link, and what befalls frames. */
export interface Model {
  readonly latencyMs: number
  readonly jitterMs: number
  /** Up and down. */
  readonly bandwidthMbps: number
  readonly downMbps: number
  readonly loss: number
  readonly duplicates: number
  readonly delays: { readonly probability: number; readonly ms: number } | null
}

const linkOf = ({ latencyMs, jitterMs, bandwidthMbps, downMbps, loss }: Model): PeerLink => ({
  name: null,
  latencyMs,
  jitterMs,
  upMbps: bandwidthMbps,
  downMbps,
  loss: 1 - Math.sqrt(1 - loss)
})

const DEFAULTS: Model = {
  latencyMs: 10,
  jitterMs: 0,
  bandwidthMbps: 8,
  downMbps: 1e6,
  loss: 0,
  duplicates: 0,
  delays: null
}

export interface Happening {
  readonly at: number
  readonly what: string
}

const TAG = { manifest: 1, layout: 2 }
const MAX_BODY = 100_000

export class NetworkScene {
  readonly clock = new VirtualClock()
  readonly network: VirtualNetwork
  readonly logs = new Map<string, Happening[]>()
  /** Called after each happening. */
  react: (peer: string, what: string) => void = () => {}

  constructor(model: Partial<Model>, seed = 1, peers: readonly string[] = ['a', 'b']) {
    const whole = { ...DEFAULTS, ...model }
    const random = seeded(seed).fork('network')
    this.network = new VirtualNetwork(this.clock, random, whole, TAG, wireLimits(MAX_BODY))
    for (const peer of peers) {
      this.network.introduce(peer, linkOf(whole))
      this.join(peer)
    }
  }

  join(peer: string): void {
    const log = this.logs.get(peer) ?? []
    this.logs.set(peer, log)
    const note = (what: string): void => {
      log.push({ at: this.clock.now, what })
      this.react(peer, what)
    }
    this.network.join(peer, {
      link: (other, state) => note(`${state} ${other}`),
      frame: (other, channel, { kind, size }) => note(`${channel} ${kind} ${size} ${other}`),
      rejected: (other, reason) => note(`rejected ${reason} ${other}`),
      sent: () => {},
      received: () => {}
    })
  }

  /** `size`: of the whole frame. */
  send(from: string, to: string, size: number, kind = 1, channel: Channel = 'bulk'): void {
    const body = new Uint8Array(size - FRAME_OVERHEAD)
    this.network.send(from, to, { kind, channel, body }, 'every')
  }

  /** Steps until nothing is left, or until `done`. */
  run(done: () => boolean = () => false): void {
    while (!done() && this.clock.step());
  }

  seen(peer: string): string[] {
    return this.logs.get(peer)!.map(({ what }) => what)
  }

  at(peer: string, what: string): number {
    const found = this.logs.get(peer)!.find((happening) => happening.what === what)
    if (found === undefined) throw new Error(`${peer} has not seen '${what}'`)
    return found.at
  }
}

/** Both want each other, and both have seen the link come up. */
export const connected = (model: Partial<Model> = {}, seed = 1): NetworkScene => {
  const scene = new NetworkScene(model, seed)
  scene.network.want('a', ['b'])
  scene.network.want('b', ['a'])
  scene.run()
  return scene
}
