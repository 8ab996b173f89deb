import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'

/** How much of a DHT's records one peer keeps for the others. */
export interface ProviderLimits {
  /** In all. */
  readonly records: number
  /** Of one key, and of these from one range of addresses. */
  readonly perKey: number
  readonly perKeyAndRange: number
  /** Keys of one peer, and records of all peers of one range. */
  readonly perPeer: number
  readonly perRange: number
  /** Not believed for longer. Peers say it again every 20 minutes. */
  readonly validity: Milliseconds
  /** Told of one key at a time, by lot: fewer than what kad-dht is content with (kademlia.ts). */
  readonly told: number
}

export const PROVIDER_LIMITS: ProviderLimits = {
  records: 8192,
  perKey: 64,
  perKeyAndRange: 16,
  perPeer: 16,
  perRange: 512,
  validity: 60 * 60_000,
  told: 9
}

export interface ProviderRecord {
  readonly key: string
  readonly peer: PeerName
  /** Range of the address that it came from; all whose address is not known share one. */
  readonly range: string
  readonly value: Uint8Array
  readonly at: Milliseconds
}

/** Whichever makes room: the oldest of the range that has the most. */
const oldestOfLargestRange = (records: Iterable<ProviderRecord>): ProviderRecord => {
  const ranges = new Map<string, { readonly oldest: ProviderRecord; count: number }>()
  let largest = { oldest: null as ProviderRecord | null, count: 0 }
  for (const record of records) {
    const range = ranges.get(record.range) ?? { oldest: record, count: 0 }
    range.count++
    ranges.set(record.range, range)
    if (range.count > largest.count) largest = range
  }
  return largest.oldest!
}

/**
 * Who says to be a provider of what, with an end to what anybody can have kept: of too many, those go that
 * came from where most came from, so that a single address pushes out nobody but itself.
 */
export class ProviderRecords {
  readonly #limits: ProviderLimits
  readonly #random: () => number
  /** By key and peer, the oldest first. */
  readonly #records = new Map<string, ProviderRecord>()
  readonly #byKey = new Map<string, Set<string>>()
  readonly #byPeer = new Map<PeerName, Set<string>>()
  readonly #byRange = new Map<string, Set<string>>()

  /** `random`: uniform in [0, 1). */
  constructor(limits: ProviderLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  get size(): number {
    return this.#records.size
  }

  put(record: ProviderRecord): void {
    const { records, perKey, perKeyAndRange, perPeer, perRange } = this.#limits
    const { key, peer, range, at } = record
    this.#expire(at)
    this.delete(key, peer)
    const ofKey = this.#of(this.#byKey, key)
    const ofKeyAndRange = ofKey.filter((other) => other.range === range)
    if (ofKeyAndRange.length >= perKeyAndRange) this.#remove(ofKeyAndRange[0]!)
    else if (ofKey.length >= perKey) this.#remove(oldestOfLargestRange(ofKey))
    for (const [index, name, most] of [
      [this.#byPeer, peer, perPeer],
      [this.#byRange, range, perRange]
    ] as const) {
      const ids = index.get(name)
      if (ids === undefined || ids.size < most) continue
      this.#remove(this.#records.get(ids.values().next().value!)!)
    }
    if (this.#records.size >= records) this.#remove(oldestOfLargestRange(this.#records.values()))
    const id = idOf(key, peer)
    this.#records.set(id, record)
    for (const [index, name] of this.#indexes(record)) {
      const ids = index.get(name)
      if (ids === undefined) index.set(name, new Set([id]))
      else ids.add(id)
    }
  }

  delete(key: string, peer: PeerName): void {
    const record = this.#records.get(idOf(key, peer))
    if (record !== undefined) this.#remove(record)
  }

  /** Some of those that are still believed, by lot. */
  of(key: string, now: Milliseconds): readonly ProviderRecord[] {
    this.#expire(now)
    const records = this.#of(this.#byKey, key)
    // Fisher-Yates, as far as it is needed.
    const told = Math.min(this.#limits.told, records.length)
    for (let i = 0; i < told; i++) {
      const j = i + Math.floor(this.#random() * (records.length - i))
      ;[records[i], records[j]] = [records[j]!, records[i]!]
    }
    return records.slice(0, told)
  }

  #of(index: ReadonlyMap<string, ReadonlySet<string>>, name: string): ProviderRecord[] {
    return [...(index.get(name) ?? [])].map((id) => this.#records.get(id)!)
  }

  #indexes({ key, peer, range }: ProviderRecord) {
    return [
      [this.#byKey, key],
      [this.#byPeer, peer],
      [this.#byRange, range]
    ] as const
  }

  #remove(record: ProviderRecord): void {
    const id = idOf(record.key, record.peer)
    this.#records.delete(id)
    for (const [index, name] of this.#indexes(record)) {
      const ids = index.get(name)
      ids?.delete(id)
      if (ids?.size === 0) index.delete(name)
    }
  }

  #expire(now: Milliseconds): void {
    for (const record of this.#records.values()) {
      if (now - record.at < this.#limits.validity) break
      this.#remove(record)
    }
  }
}

const idOf = (key: string, peer: PeerName): string => `${key} ${peer}`
