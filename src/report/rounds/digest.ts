/** What charts need of rounds.jsonl, gathered record by record in memory that does not grow with the run. */
import type { Results } from '../../storage/results.ts'
import type { RoundRecord } from '../../storage/round-record.ts'
import { type Absence, absencesOf, type Span } from './absences.ts'
import { chosenPeers, closePeers } from './chosen-peers.ts'
import { type Segment, segmentsOf } from './segments.ts'
import { Thinner } from './thinner.ts'
import { closeUps } from './windows.ts'

/** Points of one peer's line, at most. */
const MAX_POINTS = 400
/** Blocks of one peer's row in the overview of time, at most. */
const MAX_BLOCKS = 128
/** Segments of one peer in one close-up, at most. */
const MAX_SEGMENTS = 300

export interface Point {
  readonly round: number
  readonly value: number
}

/** Some rounds in a row, and where their time went; absences are in none of the three. */
export interface Block extends Span {
  readonly computeMs: number
  readonly exchangeMs: number
  readonly waitMs: number
}

export interface PeerRounds {
  readonly peer: number
  readonly loss: readonly Point[]
  readonly accuracy: readonly Point[]
  readonly testLoss: readonly Point[]
  readonly blocks: readonly Block[]
  /** By close-up; empty for peers that no close-up shows. */
  readonly closeUps: ReadonlyArray<readonly Segment[]>
}

export interface CloseUp extends Span {
  readonly label: string
}

export interface Rounds {
  readonly peers: readonly PeerRounds[]
  readonly closeUps: readonly CloseUp[]
  /** The latest moment on record. */
  readonly endMs: number
  /** Lines have fewer points than the file has records. */
  readonly thinned: boolean
  /** What a reader should know about the file. */
  readonly notes: readonly string[]
}

const later = <T>(_earlier: T, last: T): T => last

const joined = (a: Block, b: Block): Block => ({
  fromMs: a.fromMs,
  toMs: b.toMs,
  computeMs: a.computeMs + b.computeMs,
  exchangeMs: a.exchangeMs + b.exchangeMs,
  waitMs: a.waitMs + b.waitMs
})

const sumOf = (segments: readonly Segment[], kind: Segment['kind']): number =>
  segments.reduce((sum, part) => sum + (part.kind === kind ? part.toMs - part.fromMs : 0), 0)

const points = (): Thinner<Point> => new Thinner<Point>(MAX_POINTS, later)

/** One peer's share of the digest. */
class Track {
  readonly #lines = { loss: points(), accuracy: points(), testLoss: points() }
  readonly #blocks = new Thinner<Block>(MAX_BLOCKS, joined)
  readonly #closeUps: readonly Segment[][]
  readonly #windows: readonly Span[]
  readonly #absences: readonly Absence[]
  #sinceMs = 0

  constructor(absences: readonly Absence[], windows: readonly Span[]) {
    this.#absences = absences
    this.#windows = windows
    this.#closeUps = windows.map(() => [])
  }

  add(record: RoundRecord): void {
    for (const name of ['loss', 'accuracy', 'testLoss'] as const) {
      const value = record[name]
      if (value !== null) this.#lines[name].add({ round: record.round, value })
    }
    const since = this.#sinceMs
    // A clock that runs backwards is another run's: that round has no place in time.
    if (record.atMs <= since) return
    this.#sinceMs = record.atMs
    const segments = segmentsOf(record, since, this.#absences)
    if (segments.length === 0) return
    this.#blocks.add({
      fromMs: segments[0]!.fromMs,
      toMs: record.atMs,
      computeMs: sumOf(segments, 'compute'),
      exchangeMs: sumOf(segments, 'exchange'),
      waitMs: sumOf(segments, 'wait')
    })
    this.#windows.forEach(({ fromMs, toMs }, index) => {
      const kept = this.#closeUps[index]!
      if (record.atMs <= fromMs || since >= toMs || kept.length >= MAX_SEGMENTS) return
      kept.push(...segments.filter((part) => part.toMs > fromMs && part.fromMs < toMs))
    })
  }

  get thinned(): boolean {
    return Object.values(this.#lines).some(({ stride }) => stride > 1)
  }

  rounds(peer: number): PeerRounds {
    const { loss, accuracy, testLoss } = this.#lines
    return {
      peer,
      loss: loss.items,
      accuracy: accuracy.items,
      testLoss: testLoss.items,
      blocks: this.#blocks.items,
      closeUps: this.#closeUps
    }
  }
}

/** Gathers a run's records, in the order of the file. */
export class RoundsDigest {
  readonly #tracks: ReadonlyMap<number, Track>
  readonly #closeUps: readonly CloseUp[]
  #endMs = 0

  constructor(results: Results) {
    this.#closeUps = closeUps(results)
    const absences = absencesOf(results.faults.log, Infinity)
    const close = new Set(closePeers(results).map(({ peer }) => peer))
    this.#tracks = new Map(
      chosenPeers(results).map(({ peer }) => [
        peer,
        new Track(absences.get(peer) ?? [], close.has(peer) ? this.#closeUps : [])
      ])
    )
  }

  add(record: RoundRecord): void {
    this.#endMs = Math.max(this.#endMs, record.atMs)
    this.#tracks.get(record.peer)?.add(record)
  }

  finish(notes: readonly string[] = []): Rounds {
    return {
      peers: [...this.#tracks].map(([peer, track]) => track.rounds(peer)),
      closeUps: this.#closeUps,
      endMs: this.#endMs,
      thinned: [...this.#tracks.values()].some((track) => track.thinned),
      notes
    }
  }
}
