/** Sums of wall time by name. */
export class Stopwatches {
  readonly #entries = new Map<string, { ms: number; count: number }>()

  time<T>(name: string, work: () => T): T {
    const began = performance.now()
    const result = work()
    const entry = this.#entries.get(name) ?? { ms: 0, count: 0 }
    entry.ms += performance.now() - began
    entry.count++
    this.#entries.set(name, entry)
    return result
  }

  seconds(name: string): number {
    return (this.#entries.get(name)?.ms ?? 0) / 1000
  }

  count(name: string): number {
    return this.#entries.get(name)?.count ?? 0
  }
}
