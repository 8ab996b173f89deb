/** Milliseconds of one thing: the median of all runs, and the least. */
export interface Row {
  readonly name: string
  readonly ms: number
  readonly least: number
}

export const RUNS = 15
/** Thrown away: by then the code has been compiled for good. */
const WARM_UP = 5

export const rowOf = (name: string, times: readonly number[]): Row => {
  const sorted = times.toSorted((a, b) => a - b)
  return { name, ms: sorted[sorted.length >> 1]!, least: sorted[0]! }
}

/** Times `work`; `prepare` comes before every run and is not timed. */
export const measure = (name: string, work: () => void, prepare = (): void => {}): Row => {
  const times: number[] = []
  for (let run = -WARM_UP; run < RUNS; run++) {
    prepare()
    const began = performance.now()
    work()
    if (run >= 0) times.push(performance.now() - began)
  }
  return rowOf(name, times)
}
