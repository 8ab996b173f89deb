/** Processor time of this thread so far: other programs on the machine hardly change it. */
export const processorSeconds = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e6
}

/** Sums of processor time by name. */
export class Stopwatches {
  readonly #entries = new Map<string, { seconds: number; count: number }>()

  time<T>(name: string, work: () => T): T {
    const began = processorSeconds()
    const result = work()
    const entry = this.#entries.get(name) ?? { seconds: 0, count: 0 }
    entry.seconds += processorSeconds() - began
    entry.count++
    this.#entries.set(name, entry)
    return result
  }

  seconds(name: string): number {
    return this.#entries.get(name)?.seconds ?? 0
  }

  count(name: string): number {
    return this.#entries.get(name)?.count ?? 0
  }
}
