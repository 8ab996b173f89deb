/** Names in the order of their numbers where all are numbers, else of their UTF-16 units. */
export const inOrder = (names: readonly string[]): readonly string[] => {
  const areNumbers = names.every((name) => Number.isFinite(Number(name)))
  const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return names.toSorted((a, b) => (areNumbers ? Number(a) - Number(b) : 0) || byUnits(a, b))
}
