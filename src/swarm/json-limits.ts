/** Numbers, strings and lists in a document, and how deep they may lie. */
const MAX_VALUES = 100_000
const MAX_DEPTH = 24

/**
 * The rule that a JSON document breaks by its size; null: none. Counts without recursion, since what is
 * counted may be made to be deep: whoever walks it by recursion asks here first.
 */
export const jsonRule = (document: unknown): string | null => {
  const open: [value: unknown, depth: number][] = [[document, 0]]
  let count = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next
    if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`
    if (typeof value !== 'object' || value === null) continue
    const inside = Object.values(value)
    count += inside.length
    if (count > MAX_VALUES) return `has more than ${MAX_VALUES.toLocaleString('en')} values`
    for (const one of inside) open.push([one, depth + 1])
  }
  return null
}
