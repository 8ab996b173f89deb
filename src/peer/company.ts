/**
 * The others, as this peer deals with them: whom it knows, what it says of itself to them, and who of
 * them the strategy and the monitor are told of.
 */
import type { Network } from '../network/network.ts'
import type { Announcement, Presence } from '../network/presence.ts'
import type { PeerBook } from '../storage/peer-book.ts'
import type { PeerName } from '../strategy/strategy.ts'
import { Announcer } from './announcer.ts'
import type { PeerConfig } from './config.ts'
import { Contacts } from './contacts.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor/monitor.ts'
import type { Members } from './run-strategy.ts'
import type { Timers } from './timers.ts'

/** Between two changes of the members that the strategy is told of. */
const MEMBERS_MS = 1000

export interface CompanyParts {
  readonly self: PeerName
  readonly config: PeerConfig
  readonly book: PeerBook
  readonly network: Network
  readonly monitor: Monitor
  readonly timers: Timers
  readonly log: Log
  readonly onPresence: (peer: PeerName, said: Presence) => void
  /** The members as they are now. */
  readonly onMembers: (members: Members) => void
}

export class Company {
  readonly #parts: CompanyParts
  readonly #contacts: Contacts
  readonly #announcer: Announcer
  #toldMembers = -Infinity

  /** `first`: what this peer says of itself at first. */
  constructor(parts: CompanyParts, first: Pick<Announcement, 'role' | 'round' | 'pass' | 'final'>) {
    const { self, config, book, network } = parts
    this.#parts = parts
    this.#announcer = new Announcer(network, first)
    const introduce = network.introduce.bind(network)
    this.#contacts = new Contacts({ self, role: config.role, book, introduce }, config)
  }

  get members(): Members {
    return this.#contacts.members
  }

  /** Tells everybody, and begins to look for others. */
  start(): void {
    this.#tellMembers()
    this.say({})
    this.#meet()
  }

  say(news: Partial<Omit<Announcement, 'links' | 'addresses'>>): void {
    this.#announcer.say(news)
  }

  link(peer: PeerName, state: 'up' | 'down'): void {
    this.#announcer.link(peer, state)
  }

  /** The others that train, as far as they have been heard of late. */
  get training(): readonly PeerName[] {
    return this.#contacts.training
  }

  presence(peer: PeerName, said: Presence): void {
    this.#parts.monitor.presence(peer, said)
    this.#parts.onPresence(peer, said)
    if (this.#contacts.presence(peer, said, performance.now())) this.#membersChanged()
  }

  /** Discovery says so; only presence makes it a member. */
  found(peer: PeerName, addresses: readonly string[], by: 'mdns' | 'dht'): void {
    if (!this.#contacts.found(peer, addresses, by)) return
    this.#parts.log.debug({ peer, addresses, by }, 'found')
    this.#meet()
  }

  /** There is a way to it. `address`: a multiaddr. */
  reached(peer: PeerName, address: string): void {
    this.#contacts.reached(peer, address)
  }

  configure(config: PeerConfig): void {
    this.#contacts.configure(config)
    this.#membersChanged()
    this.#meet()
  }

  /** Every now and then. */
  keepUp(): void {
    const { book, log } = this.#parts
    if (this.#contacts.expire(performance.now())) this.#membersChanged()
    this.#meet()
    this.#parts.network.company(this.#contacts.company)
    // Addresses may have changed.
    this.say({})
    void book.save().then((trouble) => trouble !== null && log.warn(trouble))
  }

  #meet(): void {
    this.#parts.network.meet(this.#contacts.toMeet())
  }

  #tellMembers(): void {
    this.#parts.network.company(this.#contacts.company)
    this.#parts.onMembers(this.#contacts.members)
    this.#parts.monitor.members(this.#contacts.known)
  }

  /** Who comes and goes all the time must not have the graph drawn anew each time. */
  #membersChanged(): void {
    const wait = this.#toldMembers + MEMBERS_MS - performance.now()
    this.#parts.timers.arm('members', Math.max(0, wait), () => {
      this.#toldMembers = performance.now()
      this.#tellMembers()
    })
  }
}
