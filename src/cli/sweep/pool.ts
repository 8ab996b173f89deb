/** Carries out a task for every item, `limit` at a time, in their order; begins none once `signal` aborts. */
export const forEachAtMost = async <T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  task: (item: T) => Promise<void>
): Promise<void> => {
  const left = items.values()
  const carryOut = async (): Promise<void> => {
    for (const item of left) {
      if (signal.aborted) return
      await task(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, carryOut))
}
