import type { Turn } from './requests.ts'

/** Who takes part in a measurement. */
export interface Runner {
  /** Null once its time is up. */
  run(seconds: number): Promise<Turn | null>
}

/** A turn, and the yardstick's next to it. */
export interface Pair {
  readonly own: Turn
  readonly yardstick: Turn | null
}

export interface Turns {
  readonly runners: readonly Runner[]
  readonly yardstick: Runner | null
  /** Of one turn. */
  readonly seconds: number
  readonly rounds: number
  /** Called before every round, from 1. */
  readonly began: (round: number) => void
}

/**
 * Each runner's turn in every round, with one of the yardstick behind it, so that both have had the
 * same machine. A runner without time left drops out and keeps what it has. The result has the
 * runners' order.
 */
export const takeTurns = async ({
  runners,
  yardstick,
  seconds,
  rounds,
  began
}: Turns): Promise<readonly (readonly Pair[])[]> => {
  const pairs: Pair[][] = runners.map(() => [])
  const dropped = new Set<Runner>()
  for (let round = 1; round <= rounds; round++) {
    began(round)
    for (const [i, runner] of runners.entries()) {
      if (dropped.has(runner)) continue
      const own = await runner.run(seconds)
      if (own === null) dropped.add(runner)
      else pairs[i]!.push({ own, yardstick: (await yardstick?.run(seconds)) ?? null })
    }
  }
  return pairs
}
