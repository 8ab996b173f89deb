/** Words that the sentences of a recommendation share. */
import type { Measure } from './comparison.ts'
import type { Contestant } from './contest.ts'

export const nameOf = ({ strategy }: Contestant): string => strategy.strategy

/** `a`, `a and b`, `a, b and c` */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

export const NOUN: Readonly<Record<Measure, string>> = { accuracy: 'accuracy', loss: 'loss' }
