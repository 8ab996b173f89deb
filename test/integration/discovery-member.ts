/** Members on loopback that hear of each other, and do nothing else. */
import type { ExecutionContext } from 'ava'
import { type DiscoveryOptions, discoveryPart } from '../../src/network/discovery/discovery-part.ts'
import { createNetwork } from '../../src/network/libp2p-network.ts'
import type { Network } from '../../src/network/network.ts'
import { type Configured, Contacts, type ContactsParts } from '../../src/peer/contacts.ts'
import type { PeerName } from '../../src/strategy/strategy.ts'
import type { Role } from '../../src/swarm/role.ts'
import { QUICK, seedOf, TAG } from './network-harness.ts'

/** A peer book that is forgotten with the test. */
const bookOf = (known: ReadonlyMap<PeerName, readonly string[]>): ContactsParts['book'] => {
  const list = [...known].map(([name, addresses]) => ({
    name,
    addresses: [...addresses],
    role: 'trainer' as const,
    swarm: '0'.repeat(16),
    seen: 0
  }))
  return {
    heard: () => {},
    known: () => list,
    candidates: () => list,
    roles: new Map(list.map(({ name, role }) => [name, role])),
    addresses: (name) => known.get(name) ?? [],
    worked: () => {}
  }
}

export interface MemberOptions extends Partial<Configured> {
  readonly manifestHash: string
  readonly role?: Role
  /** Heard on an earlier day. */
  readonly known?: ReadonlyMap<PeerName, readonly string[]>
  readonly discovery?: Partial<DiscoveryOptions>
}

export class Member {
  readonly network: Network
  readonly contacts: Contacts
  readonly foundBy = new Map<PeerName, string>()
  #waiting: Array<() => void> = []

  private constructor(network: Network, contacts: Contacts) {
    this.network = network
    this.contacts = contacts
  }

  get name(): PeerName {
    return this.network.self
  }

  static async create(
    t: ExecutionContext,
    seed: number,
    { manifestHash, role = 'trainer', known = new Map(), discovery, ...configured }: MemberOptions
  ): Promise<Member> {
    const part = discoveryPart({
      mdns: false,
      dht: 'own',
      reachable: () => false,
      ...discovery,
      manifestHash,
      found: (peer, addresses, by) => {
        member.foundBy.set(peer, by)
        if (contacts.found(peer, addresses, by)) network.meet(contacts.toMeet())
      }
    })
    const network = await createNetwork(
      {
        identitySeed: seedOf(seed),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        manifestHash,
        tag: TAG,
        limits: null,
        parts: [part]
      },
      {
        link: () => {},
        message: () => {},
        rejected: () => {},
        sent: () => {},
        received: () => {},
        presence: (peer, said) => {
          contacts.presence(peer, said, performance.now())
          part.company(contacts.company)
          for (const look of member.#waiting) look()
        }
      },
      QUICK
    )
    t.teardown(() => network.stop())
    const contacts = new Contacts(
      {
        self: network.self,
        role,
        book: bookOf(known),
        introduce: (peer, addresses) => network.introduce(peer, addresses)
      },
      { peers: [], bootstrap: [], ...configured }
    )
    const member = new Member(network, contacts)
    network.announce({ round: 0, loss: null, role, addresses: [...network.addresses()] })
    network.meet(contacts.toMeet())
    return member
  }

  /** Resolves once it counts exactly these as members, apart from itself. */
  untilMembers(names: readonly PeerName[]): Promise<void> {
    const expected = [...names]
      .filter((name) => name !== this.name)
      .sort()
      .join()
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.contacts.members.others.join() !== expected) return
        this.#waiting = this.#waiting.filter((other) => other !== look)
        resolve()
      }
      this.#waiting.push(look)
      look()
    })
  }
}
