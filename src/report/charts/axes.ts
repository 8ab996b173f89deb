/** Axes whose unit follows from what they show. */

/** Wider ranges of positive numbers are easier to read on a logarithmic axis. */
const LOG_RATIO = 30

export const isLogarithmic = (values: readonly number[], ratio = LOG_RATIO): boolean => {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity)
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity)
  return least > 0 && most / least >= ratio
}

/** Ticks inside a logarithmic domain: powers of ten, with steps between them where they are few. */
export const logTicks = (low: number, high: number): readonly number[] => {
  // The quotient of a diverged run's largest and smallest loss would be infinite.
  const decades = Math.log10(high) - Math.log10(low)
  const steps = decades < 1.5 ? [1, 2, 3, 5] : decades < 3 ? [1, 3] : [1]
  // A dozen labels at most.
  const stride = Math.max(1, Math.ceil(decades / 12))
  const first = Math.floor(Math.log10(low))
  const ticks: number[] = []
  for (let power = first; power <= Math.log10(high); power++) {
    if (power % stride !== 0) continue
    // Dividing keeps 0.001 what it says; 10 ** -3 times 3 is 0.0030000000000000001.
    for (const step of steps) ticks.push(power < 0 ? step / 10 ** -power : step * 10 ** power)
  }
  return ticks.filter((tick) => tick >= low && tick <= high)
}

export interface Unit {
  readonly name: string
  /** What a value is divided by. */
  readonly size: number
}

const BYTES: readonly Unit[] = [
  { name: 'TB', size: 1e12 },
  { name: 'GB', size: 1e9 },
  { name: 'MB', size: 1e6 },
  { name: 'kB', size: 1e3 },
  { name: 'B', size: 1 }
]

/** Of milliseconds; a unit is used from twice its size on, so that axes have ticks. */
const TIMES: readonly Unit[] = [
  { name: 'days', size: 86_400_000 },
  { name: 'h', size: 3_600_000 },
  { name: 'min', size: 60_000 },
  { name: 's', size: 1000 },
  { name: 'ms', size: 1 }
]

const fitting = (units: readonly Unit[], most: number): Unit =>
  units.find(({ size }) => most >= size) ?? units.at(-1)!

/** The decimal unit for values up to `most` bytes. */
export const bytesUnit = (most: number): Unit => fitting(BYTES, most)

/** The unit for values up to `most` milliseconds. */
export const timeUnit = (most: number): Unit => fitting(TIMES, most / 2)

/** At most `most` of the items, evenly spread, first and last among them. */
export const spread = <T>(items: readonly T[], most: number): readonly T[] => {
  if (items.length <= most) return items
  if (most === 1) return items.slice(-1)
  const step = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]!)
}

/**
 * Moves for labels beside a chart so that they do not overlap: how far each is put below (negative:
 * above) its own place. `places` and `gap` are in pixels.
 */
export const apart = (places: readonly number[], gap: number): readonly number[] => {
  const order = places.map((_, index) => index).sort((a, b) => places[a]! - places[b]!)
  // Runs of labels that touch become one block about the mean of their places.
  const blocks: { members: number[]; start: number }[] = []
  for (const index of order) {
    let block = { members: [index], start: places[index]! }
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.start + last.members.length * gap <= block.start) break
      blocks.pop()
      const members = [...last.members, ...block.members]
      const wanted = members.reduce((sum, i, rank) => sum + places[i]! - rank * gap, 0)
      block = { members, start: wanted / members.length }
    }
    blocks.push(block)
  }
  const moves = places.map(() => 0)
  for (const { members, start } of blocks) {
    members.forEach((index, rank) => {
      moves[index] = start + rank * gap - places[index]!
    })
  }
  return moves
}
