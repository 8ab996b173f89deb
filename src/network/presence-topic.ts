import type { GossipsubEvents } from '@chainsafe/libp2p-gossipsub'
import { decode } from '@ipld/dag-cbor'
import { type Message, type PubSub, TopicValidatorResult } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import type { Pass } from '../swarm/invite.ts'
import {
  type Announcement,
  MAX_PRESENCE_BYTES,
  type Presence,
  presenceBytes,
  presenceSchema,
  type Spoken
} from './presence.ts'
import { LIMITS } from './timings.ts'

/** Members up to which nobody need speak less often. */
const SMALL_SWARM = 16
/** Of one interval: what must lie between two presences, prompted ones included. */
const LEAST_GAP = 1 / 4
/** Intervals without a word after which a member is no longer counted. */
const SILENT = 5

/** The presence in a message, or null when it is not one. Never throws. */
export const presenceIn = (data: Uint8Array): Spoken | null => {
  if (data.byteLength > MAX_PRESENCE_BYTES) return null
  try {
    return presenceSchema.safeParse(decode(data)).data ?? null
  } catch {
    // Not dag-cbor.
    return null
  }
}

/** What this end knows of a member that has spoken. */
interface Heard {
  /** When it has spoken, by this end's clock. */
  readonly heard: Milliseconds
  /** And by its own: what is older, or as old, has been said before. */
  readonly at: Milliseconds
  /** It has said goodbye since. */
  readonly gone: boolean
}

export interface TopicOptions {
  /** Wall clocks jump: not one of those. */
  readonly now?: () => Milliseconds
  /** Milliseconds since 1970. */
  readonly wall?: () => Milliseconds
  /** Whether a peer may be a member. @default everybody */
  readonly admits?: (peer: PeerName, pass: Pass | null) => boolean | Promise<boolean>
}

/** What the members say of themselves: signed, small, and the rarer the more members there are. */
export class PresenceTopic {
  readonly #pubsub: PubSub<GossipsubEvents>
  readonly #topic: string
  readonly #shortest: Milliseconds
  readonly #deliver: (peer: PeerName, presence: Presence) => void
  readonly #now: () => Milliseconds
  readonly #wall: () => Milliseconds
  readonly #mayBeMember: NonNullable<TopicOptions['admits']>
  readonly #heard = new Map<PeerName, Heard>()
  #said: Announcement | null = null
  /** Of the last presence that went out. */
  #stamp: Milliseconds = -1
  #due: Milliseconds = Infinity
  #timer: NodeJS.Timeout | null = null
  #stopped = false

  /** `shortest`: the interval in a small swarm. */
  constructor(
    pubsub: PubSub<GossipsubEvents>,
    topic: string,
    shortest: Milliseconds,
    deliver: (peer: PeerName, presence: Presence) => void,
    { now, wall, admits }: TopicOptions = {}
  ) {
    this.#pubsub = pubsub
    this.#topic = topic
    this.#shortest = shortest
    this.#deliver = deliver
    this.#now = now ?? (() => performance.now())
    this.#wall = wall ?? Date.now
    this.#mayBeMember = admits ?? (() => true)
    pubsub.topicValidators.set(topic, (_, message) => this.#receive(message))
    pubsub.addEventListener('subscription-change', this.#subscribed)
    pubsub.subscribe(topic)
  }

  /** Says this from now on; at once when nothing has been said yet. */
  announce(presence: Announcement): void {
    const first = this.#said === null
    this.#said = presence
    if (first) this.#publishBy(this.#now())
  }

  /** A stranger should not have to wait for an interval. */
  readonly #subscribed = (): void => {
    if (this.#said !== null) this.#publishBy(this.#now() + this.#shortest * LEAST_GAP)
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
    this.#timer = setTimeout(() => this.#publish(), Math.max(0, due - this.#now())).unref()
  }

  async #publish(): Promise<void> {
    this.#due = Infinity
    this.#forgetSilent()
    // Armed before anything is sent: whatever comes of this one, the next one follows.
    this.#publishBy(this.#now() + this.#interval)
    await this.#say(this.#said!)
  }

  async #say(presence: Announcement): Promise<void> {
    // A clock that is set back must not silence this peer.
    this.#stamp = Math.max(this.#stamp + 1, Math.floor(this.#wall()))
    try {
      await this.#pubsub.publish(this.#topic, presenceBytes(presence, this.#stamp))
    } catch {
      // Nobody could be reached; the next interval says it again.
    }
  }

  #forgetSilent(): void {
    for (const peer of this.#heard.keys()) this.#lastOf(peer)
  }

  /** What is known of a member, unless it has been silent for so long that it may begin anew. */
  #lastOf(peer: PeerName): Heard | undefined {
    const last = this.#heard.get(peer)
    if (last === undefined || this.#now() - last.heard <= SILENT * this.#interval) return last
    this.#heard.delete(peer)
    return undefined
  }

  /** What is rejected counts against the member that passed it on; what is ignored does not. */
  #receive(message: Message): TopicValidatorResult | Promise<TopicValidatorResult> {
    if (message.type !== 'signed') return TopicValidatorResult.Reject
    const said = presenceIn(message.data)
    if (said === null) return TopicValidatorResult.Reject
    const from = message.from.toString()
    if (!this.#isNews(from, said)) return TopicValidatorResult.Ignore
    const member = this.#mayBeMember(from, said.pass)
    if (typeof member === 'boolean') return this.#take(from, said, member)
    // It may have spoken again in the meantime.
    return member.then((is) => this.#take(from, said, is && this.#isNews(from, said)))
  }

  #take(from: PeerName, said: Spoken, believed: boolean): TopicValidatorResult {
    if (!believed || this.#stopped) return TopicValidatorResult.Ignore
    const { at, pass: _, ...presence } = said
    this.#heard.set(from, { heard: this.#now(), at, gone: presence.leaving })
    this.#deliver(from, presence)
    return TopicValidatorResult.Accept
  }

  /**
   * Nobody can say again what a member has said before. One goodbye may follow a presence at once; whoever
   * comes back waits as everybody does.
   */
  #isNews(from: PeerName, { at, leaving }: Spoken): boolean {
    const last = this.#lastOf(from)
    if (last === undefined) return !leaving && this.#heard.size < LIMITS.members
    if (at <= last.at) return false
    if (leaving) return !last.gone
    return this.#now() - last.heard >= (this.#shortest * LEAST_GAP) / 2
  }

  /** Says goodbye, so that the others need not wait for silence. */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#pubsub.removeEventListener('subscription-change', this.#subscribed)
    this.#pubsub.topicValidators.delete(this.#topic)
    if (this.#said !== null) await this.#say({ ...this.#said, leaving: true })
  }
}
