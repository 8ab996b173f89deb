import type { GraphEntry } from '../storage/results.ts'
import type { VirtualNetwork } from './virtual-network.ts'

/** Pictures of more edges or moments than this would show nothing. */
const MAX_SAMPLES = 40
const MAX_PEERS = 256

/** The graphs in use, sampled as rounds go by; one that is like the last is left out. */
export class GraphSamples {
  readonly entries: GraphEntry[] = []
  readonly #numberOf: ReadonlyMap<string, number>
  readonly #every: number
  #last = ''
  #due = 0

  /** `names`: of the peers, in their order. */
  constructor(names: readonly string[], rounds: number) {
    this.#numberOf = new Map(names.map((name, index) => [name, index]))
    this.#every = Math.max(1, Math.ceil(rounds / MAX_SAMPLES))
  }

  /** Called when a peer has completed `round`. */
  look(round: number, atMs: number, network: VirtualNetwork): void {
    if (round < this.#due || this.#numberOf.size > MAX_PEERS) return
    this.#due = (Math.floor(round / this.#every) + 1) * this.#every
    const edges = [...network.edges()]
      .map(([a, b]): [number, number] => [this.#numberOf.get(a)!, this.#numberOf.get(b)!])
      .sort(([a, b], [c, d]) => a - c || b - d)
    const text = edges.join(' ')
    if (text === this.#last) return
    this.#last = text
    this.entries.push({ atMs, round, edges })
  }
}
