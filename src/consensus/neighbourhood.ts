import { epochOf, type Topology } from './topology.ts'

/** Whom to want instead of a row of the graph among `members`, this one included; sorted. */
export type Choose = (row: readonly string[], members: readonly string[]) => readonly string[]

/**
 * Whom one member should talk to, round by round. Members are ordered by name, so every peer that
 * knows the same members computes the same graph.
 */
export class Neighbourhood {
  readonly #topology: Topology
  readonly #self: string
  readonly #choose: Choose
  #members: readonly string[]
  #trainers: number | null = null
  #current: readonly string[] | null = null
  /** What `members` was when the neighbours were last given. */
  #told = 0
  /** The epoch that `#current` was computed for; null when it may be another graph by now. */
  #epoch: number | null = null

  /** `choose`: for swarms where not everybody can reach everybody. @default the row as it is */
  constructor(
    topology: Topology,
    self: string,
    others: Iterable<string>,
    choose: Choose = (row) => row
  ) {
    this.#topology = topology
    this.#self = self
    this.#choose = choose
    this.#members = sortedMembers(self, others)
  }

  /** How many train, this one included if it does. */
  get members(): number {
    return this.#trainers ?? this.#members.length
  }

  /** Observers are members of the graph as all others are, and do not count. Null: all train. */
  set trainers(count: number | null) {
    this.#trainers = count
    this.#epoch = null
  }

  /** Those that are told again are looked at again. */
  set others(others: Iterable<string>) {
    this.#members = sortedMembers(this.#self, others)
    this.#epoch = null
  }

  /** The neighbours of `round`, or null when they, and the trainers' number, are as given last. */
  changedAt(round: number): readonly string[] | null {
    const epoch = epochOf(this.#topology, round)
    if (epoch === this.#epoch) return null
    this.#epoch = epoch
    const graph = this.#topology.graph(this.#members.length, epoch)
    const row = graph[placeIn(this.#members, this.#self)] ?? []
    const next = this.#choose(
      row.map((member) => this.#members[member]!),
      this.#members
    )
    const counted = this.#trainers === null || this.#trainers === this.#told
    if (counted && this.#current !== null && next.join() === this.#current.join()) return null
    this.#current = next
    this.#told = this.members
    return next
  }
}

/** Thousands of simulated peers may share one list: what is sorted and whole already is not copied. */
const sortedMembers = (self: string, others: Iterable<string>): readonly string[] => {
  if (Array.isArray(others) && isSorted(others) && others[placeIn(others, self)] === self) {
    return others
  }
  return [...new Set([self, ...others])].sort()
}

const isSorted = (names: readonly string[]): boolean =>
  names.every((name, i) => i === 0 || names[i - 1]! < name)

/** Where `name` stands, or would stand, in a sorted list. */
const placeIn = (names: readonly string[], name: string): number => {
  let low = 0
  let high = names.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (names[middle]! < name) low = middle + 1
    else high = middle
  }
  return low
}
