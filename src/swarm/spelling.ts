/**
 * Slips that lead from one word to the other: a letter too many, too few, another one, or two that
 * have changed places (optimal string alignment, Boytsov 2011, section 2.1).
 */
const slipsBetween = (a: string, b: string): number => {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const steps = [rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1)]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) steps.push(rows[i - 2]![j - 2]! + 1)
      row.push(Math.min(...steps))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** Longer words are no slip of the pen, and comparing them would take long. */
const MAX_LENGTH = 60
/** One slip in three letters; more of them would suggest something else altogether. */
const LETTERS_PER_SLIP = 3

/** The known word that was probably meant; null when none is near. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  if (word.length > MAX_LENGTH) return null
  const lower = word.toLowerCase()
  const isPrefix = (name: string): boolean =>
    lower.length >= LETTERS_PER_SLIP && name.toLowerCase().startsWith(lower)
  const [best] = known
    .map((name) => ({ name, slips: isPrefix(name) ? 1 : slipsBetween(lower, name.toLowerCase()) }))
    .filter(({ name, slips }) => slips <= Math.max(name.length, 2) / LETTERS_PER_SLIP)
    .sort((a, b) => a.slips - b.slips)
  return best?.name ?? null
}

/** A remedy for a word that is not among the known ones. */
export const choice = (word: string, known: readonly string[]): string => {
  const meant = nearest(word, known)
  const others = known.length === 1 ? '' : ` (it takes ${known.join(', ')})`
  if (meant !== null) return `did you mean ${meant}?${others}`
  return known.length === 1 ? `give ${known[0]}, the only one` : `give one of: ${known.join(', ')}`
}
