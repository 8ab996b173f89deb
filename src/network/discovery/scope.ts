import type { Libp2p } from '@libp2p/interface'
import { isPublicAddress } from '../public-address.ts'
import { isCircuit } from '../reach/addresses.ts'

/** Characters of a multiaddr. */
const MAX_LENGTH = 200

/**
 * Whether this peer is among peers with public addresses, so that only such addresses are any use to
 * those that it hears of only through others; or in a laboratory, where there are none.
 */
export class Scope {
  #isPublic: boolean
  readonly #always: boolean
  #own: readonly string[] = []
  #listens = false

  /** `always`: it is asked about the public DHT. */
  constructor(always: boolean) {
    this.#always = always
    this.#isPublic = always
  }

  get isPublic(): boolean {
    return this.#isPublic
  }

  /** Own addresses that are worth telling. */
  get own(): readonly string[] {
    return this.#own
  }

  /** It has an address that is not a relay's. */
  get listens(): boolean {
    return this.#listens
  }

  /** Looks again; true when `own` is another. */
  look(node: Libp2p): boolean {
    const own = node.getMultiaddrs().map(String)
    const others = node.getConnections().map(({ remoteAddr }) => remoteAddr.toString())
    this.#isPublic = this.#always || [...own, ...others].some(isPublicAddress)
    this.#listens = own.some((address) => !isCircuit(address))
    const before = this.#own.join()
    this.#own = own.filter((address) => this.includes(address)).sort()
    return this.#own.join() !== before
  }

  includes(address: string): boolean {
    return address.length <= MAX_LENGTH && (!this.#isPublic || isPublicAddress(address))
  }
}
