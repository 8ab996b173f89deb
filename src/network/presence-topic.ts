import type { GossipsubEvents } from '@chainsafe/libp2p-gossipsub'
import { decode, encode } from '@ipld/dag-cbor'
import { type Message, type PubSub, TopicValidatorResult } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import { type Presence, presenceSchema } from './presence.ts'
import { LIMITS } from './timings.ts'

const MAX_BYTES = 1024
/** Members up to which nobody need speak less often. */
const SMALL_SWARM = 16
/** Of one interval: what must lie between two presences, prompted ones included. */
const LEAST_GAP = 1 / 4
/** Intervals without a word after which a member is no longer counted. */
const SILENT = 5

/** The presence in a message, or null when it is not one. Never throws. */
export const presenceIn = (data: Uint8Array): Presence | null => {
  if (data.byteLength > MAX_BYTES) return null
  try {
    return presenceSchema.safeParse(decode(data)).data ?? null
  } catch {
    // Not dag-cbor.
    return null
  }
}

/** What the members say of themselves: signed, small, and the rarer the more members there are. */
export class PresenceTopic {
  readonly #pubsub: PubSub<GossipsubEvents>
  readonly #topic: string
  readonly #shortest: Milliseconds
  readonly #deliver: (peer: PeerName, presence: Presence) => void
  /** When each member was last heard. */
  readonly #heard = new Map<PeerName, Milliseconds>()
  #presence: Uint8Array | null = null
  #due: Milliseconds = Infinity
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  /** `shortest`: the interval in a small swarm. */
  constructor(
    pubsub: PubSub<GossipsubEvents>,
    topic: string,
    shortest: Milliseconds,
    deliver: (peer: PeerName, presence: Presence) => void
  ) {
    this.#pubsub = pubsub
    this.#topic = topic
    this.#shortest = shortest
    this.#deliver = deliver
    pubsub.topicValidators.set(topic, (_, message) => this.#receive(message))
    pubsub.addEventListener('subscription-change', this.#subscribed)
    pubsub.subscribe(topic)
  }

  /** Says this from now on; at once when nothing has been said yet. */
  announce(presence: Presence): void {
    // CBOR's data model has no NaN; a loss that has diverged is none.
    const loss = Number.isFinite(presence.loss) ? presence.loss : null
    const first = this.#presence === null
    this.#presence = encode(presenceSchema.parse({ ...presence, loss }))
    if (first) this.#publishBy(Date.now())
  }

  /** A stranger should not have to wait for an interval. */
  readonly #subscribed = (): void => {
    if (this.#presence !== null) this.#publishBy(Date.now() + this.#shortest * LEAST_GAP)
  }

  /** One message costs every member about 6 ms of CPU (measured), hence the growth. */
  get #interval(): Milliseconds {
    const members = this.#heard.size + 1
    return this.#shortest * Math.max(1, members / SMALL_SWARM)
  }

  /** Never puts off what is due earlier. */
  #publishBy(due: Milliseconds): void {
    if (this.#stopped || this.#due <= due) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => this.#publish(), Math.max(0, due - Date.now())).unref()
  }

  async #publish(): Promise<void> {
    this.#due = Infinity
    this.#forgetSilent()
    this.#publishBy(Date.now() + this.#interval)
    try {
      await this.#pubsub.publish(this.#topic, this.#presence!)
    } catch {
      // Nobody could be reached; the next interval says it again.
    }
  }

  #forgetSilent(): void {
    const before = Date.now() - SILENT * this.#interval
    for (const [peer, at] of this.#heard) if (at < before) this.#heard.delete(peer)
  }

  /** What is rejected counts against the member that passed it on; what is ignored does not. */
  #receive(message: Message): TopicValidatorResult {
    if (message.type !== 'signed') return TopicValidatorResult.Reject
    const presence = presenceIn(message.data)
    if (presence === null) return TopicValidatorResult.Reject
    const from = message.from.toString()
    const now = Date.now()
    const last = this.#heard.get(from)
    const tooSoon = last !== undefined && now - last < (this.#shortest * LEAST_GAP) / 2
    const tooMany = last === undefined && this.#heard.size >= LIMITS.members
    if (tooSoon || tooMany) return TopicValidatorResult.Ignore
    this.#heard.set(from, now)
    this.#deliver(from, presence)
    return TopicValidatorResult.Accept
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#pubsub.removeEventListener('subscription-change', this.#subscribed)
    this.#pubsub.topicValidators.delete(this.#topic)
  }
}
