import { consensusDistance } from '../consensus/consensus-distance.ts'
import type { HistoryEntry } from '../storage/results.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import type { Vector } from '../vector/vector.ts'
import { mean } from './mean.ts'

const present = (values: ReadonlyArray<number | null>): number[] =>
  values.filter((value) => value !== null)

/** Gathers the peers' round records into one entry per round, in the order of the rounds. */
export class History {
  readonly #peers: number
  readonly #records = new Map<number, RoundRecord[]>()
  readonly #replicas = new Map<number, Vector[]>()
  readonly #distances = new Map<number, number>()

  constructor(peers: number) {
    this.#peers = peers
  }

  add(record: RoundRecord): void {
    const known = this.#records.get(record.round)
    if (known === undefined) this.#records.set(record.round, [record])
    else known.push(record)
  }

  /** A copy of a peer's replica after a round; the last one of a round gives the distance. */
  addReplica(round: number, replica: Vector): void {
    const replicas = this.#replicas.get(round) ?? []
    replicas.push(replica.slice())
    this.#replicas.set(round, replicas)
    if (replicas.length < this.#peers) return
    this.#distances.set(round, consensusDistance(replicas).relative)
    this.#replicas.delete(round)
  }

  entries(): HistoryEntry[] {
    return [...this.#records]
      .sort(([a], [b]) => a - b)
      .map(([round, records]) => {
        const accuracies = present(records.map(({ accuracy }) => accuracy))
        const losses = present(records.map(({ loss }) => loss))
        return {
          round,
          loss: losses.length === 0 ? null : mean(losses),
          accuracy:
            accuracies.length === 0
              ? null
              : {
                  mean: mean(accuracies),
                  worst: Math.min(...accuracies),
                  best: Math.max(...accuracies)
                },
          distance: this.#distances.get(round) ?? null,
          bytesSent: mean(records.map(({ bytesSent }) => bytesSent))
        }
      })
  }
}
