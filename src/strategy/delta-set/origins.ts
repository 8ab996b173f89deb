/** Numbers for origins on one link's messages: each end numbers those it mentions, and says which they are. */
import type { PeerName } from '../strategy.ts'

/** All origins that this peer has ever mentioned to anybody, numbered alike on all its links. */
export class Origins {
  readonly #names: PeerName[] = []
  readonly #numbers = new Map<PeerName, number>()

  get size(): number {
    return this.#names.length
  }

  numberOf(name: PeerName): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }

  name(number: number): PeerName | undefined {
    return this.#names[number]
  }

  from(first: number, end: number): readonly PeerName[] {
    return this.#names.slice(first, end)
  }
}
