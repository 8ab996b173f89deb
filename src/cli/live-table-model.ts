/** What the live table knows of the peers: records in, rows out. Nothing here draws or reads a clock. */
import type { RoundRecord } from '../storage/round-record.ts'

/** Records that a rate is taken over: an evaluation in between must not make it jump. */
const WINDOW = 8
/** A peer is silent after this many of its own mean rounds. */
const SILENT_ROUNDS = 5
/** Live peers share the machine's cores: no shorter break is worth a word. */
const SILENT_LIVE_MS = 5000

export interface SwarmShape {
  readonly peers: number
  readonly rounds: number
  readonly mode: 'live' | 'virtual'
}

export interface PeerRow {
  readonly peer: number
  /** Rounds completed. */
  readonly round: number
  readonly loss: number | null
  readonly accuracy: number | null
  readonly testLoss: number | null
  readonly bytesSent: number
  /** Bytes a second of the swarm's clock; null before the second record. */
  readonly rate: number | null
  /** Milliseconds since its last record, where that is unusually long. */
  readonly silentMs: number | null
  readonly state: 'waiting' | 'running' | 'silent' | 'finished'
}

interface Entry {
  readonly peer: number
  round: number
  loss: number | null
  accuracy: number | null
  testLoss: number | null
  records: number
  firstMs: number
  lastMs: number
  /** The last WINDOW records, as a ring. */
  readonly atMs: Float64Array
  readonly bytes: Float64Array
}

const createEntry = (_: unknown, peer: number): Entry => ({
  peer,
  round: 0,
  loss: null,
  accuracy: null,
  testLoss: null,
  records: 0,
  firstMs: 0,
  lastMs: 0,
  atMs: new Float64Array(WINDOW),
  bytes: new Float64Array(WINDOW)
})

const lastBytes = ({ records, bytes }: Entry): number =>
  records === 0 ? 0 : bytes[(records - 1) % WINDOW]!

const rateOf = ({ records, atMs, bytes }: Entry): number | null => {
  if (records < 2) return null
  const last = (records - 1) % WINDOW
  const first = records < WINDOW ? 0 : records % WINDOW
  const seconds = (atMs[last]! - atMs[first]!) / 1000
  const sent = bytes[last]! - bytes[first]!
  // A peer that has begun anew counts from nothing again.
  return seconds > 0 && sent >= 0 ? sent / seconds : null
}

export class SwarmModel {
  readonly shape: SwarmShape
  readonly #entries: readonly Entry[]
  /** Newest moment that any record tells of, in virtual mode. */
  #virtualMs = 0

  constructor(shape: SwarmShape) {
    this.shape = shape
    this.#entries = Array.from({ length: shape.peers }, createEntry)
  }

  /** `wallMs` is now, by any clock of this machine. */
  add(record: RoundRecord, wallMs: number): void {
    const entry = this.#entries[record.peer]
    if (entry === undefined) return
    const now = this.shape.mode === 'virtual' ? record.atMs : wallMs
    this.#virtualMs = Math.max(this.#virtualMs, record.atMs)
    const slot = entry.records % WINDOW
    entry.atMs[slot] = record.atMs
    entry.bytes[slot] = record.bytesSent
    if (entry.records === 0) entry.firstMs = now
    entry.records++
    entry.lastMs = now
    entry.round = record.round + 1
    entry.loss = record.loss ?? entry.loss
    entry.accuracy = record.accuracy ?? entry.accuracy
    entry.testLoss = record.testLoss ?? entry.testLoss
  }

  rows(wallMs: number): PeerRow[] {
    const now = this.shape.mode === 'virtual' ? this.#virtualMs : wallMs
    return this.#entries.map((entry) => this.#rowOf(entry, now))
  }

  #rowOf(entry: Entry, now: number): PeerRow {
    const { peer, round, loss, accuracy, testLoss } = entry
    const silentMs = this.#silence(entry, now)
    return {
      peer,
      round,
      loss,
      accuracy,
      testLoss,
      bytesSent: lastBytes(entry),
      rate: rateOf(entry),
      silentMs,
      state: this.#stateOf(entry, silentMs)
    }
  }

  #stateOf({ records, round }: Entry, silentMs: number | null): PeerRow['state'] {
    if (records === 0) return 'waiting'
    if (round >= this.shape.rounds) return 'finished'
    return silentMs === null ? 'running' : 'silent'
  }

  #silence({ records, round, firstMs, lastMs }: Entry, now: number): number | null {
    if (records === 0 || round >= this.shape.rounds) return null
    const mean = records === 1 ? lastMs : (lastMs - firstMs) / (records - 1)
    const least = this.shape.mode === 'live' ? SILENT_LIVE_MS : 0
    const silence = now - lastMs
    return silence > Math.max(least, SILENT_ROUNDS * mean) ? silence : null
  }
}
