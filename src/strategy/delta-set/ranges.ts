import type { Range } from './kinds.ts'

/** Numbers that follow each other make one range. */
export const appendTo = (ranges: Range[], origin: number, seq: number): void => {
  const last = ranges.at(-1)
  if (last?.origin === origin && last.from + last.count === seq) {
    ranges[ranges.length - 1] = { ...last, count: last.count + 1 }
  } else ranges.push({ origin, from: seq, count: 1 })
}
