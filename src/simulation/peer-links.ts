/** The access link of every peer, drawn once from the scenario's network. */
import type { Random } from '../random.ts'
import type { Amount, LinkConfig, NetworkConfig } from './network-schema.ts'

/** How one peer is connected. */
export interface PeerLink {
  /** Name of its class; null where the scenario has none. */
  readonly name: string | null
  /** One way, in milliseconds; a path takes the mean of its two ends'. */
  readonly latencyMs: number
  /** Mean of what every frame is late by in addition, exponentially distributed. */
  readonly jitterMs: number
  /** Megabits a second. */
  readonly upMbps: number
  readonly downMbps: number
  readonly loss: number
}

/** One value of an amount; a distribution's tails are cut at the field's bounds. */
export const drawAmount = (
  amount: Amount,
  random: Random,
  [least, most]: readonly [number, number] = [0, Number.POSITIVE_INFINITY]
): number => {
  if (typeof amount === 'number') return amount
  const value =
    amount.distribution === 'uniform'
      ? amount.from + (amount.to - amount.from) * random.next()
      : amount.median * Math.exp(amount.sigma * random.normal())
  return Math.min(most, Math.max(least, value))
}

const MAX_LATENCY_MS = 60_000

const linkOf = (name: string | null, config: LinkConfig, random: Random): PeerLink => {
  const { bandwidthMbps: width, jitterMs, loss } = config
  return {
    name,
    latencyMs: drawAmount(config.latencyMs, random, [0, MAX_LATENCY_MS]),
    jitterMs,
    upMbps: typeof width === 'number' ? width : width.up,
    downMbps: typeof width === 'number' ? width : width.down,
    // A path loses what both of its ends lose: a frame between two such peers is lost with `loss`.
    loss: 1 - Math.sqrt(1 - loss)
  }
}

/**
 * The link of each peer. Classes are given out in proportion to their shares, as evenly as whole peers
 * allow (by largest remainder), and to peers in a random order.
 */
export const drawLinks = (config: NetworkConfig, peers: number, random: Random): PeerLink[] => {
  const { classes } = config
  const streamOf = (peer: number): Random => random.fork('latency').fork(peer)
  if (classes.length === 0) {
    return Array.from({ length: peers }, (_, peer) => linkOf(null, config, streamOf(peer)))
  }
  const order = shuffled(
    apportion(
      classes.map(({ share }) => share),
      peers
    ),
    random.fork('classes')
  )
  return order.map((index, peer) => {
    const chosen = classes[index]!
    return linkOf(chosen.name, chosen, streamOf(peer))
  })
}

/** Index of a share for each of `count` places, largest remainders first to be rounded up. */
const apportion = (shares: readonly number[], count: number): number[] => {
  const total = shares.reduce((sum, share) => sum + share, 0)
  const exact = shares.map((share) => (share / total) * count)
  const whole = exact.map(Math.floor)
  const left = count - whole.reduce((sum, places) => sum + places, 0)
  const byRemainder = exact
    .map((places, index) => ({ index, remainder: places - Math.floor(places) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, left)) whole[index]!++
  return whole.flatMap((places, index) => new Array<number>(places).fill(index))
}

const shuffled = (values: readonly number[], random: Random): number[] =>
  values
    .map((value) => ({ value, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
