/**
 * Real attackers against a peer that trains; every one proves by its counts that it was let loose. For a
 * machine with four free cores: on one that was seven times overbooked the ratio of no attack at all came
 * out between 0.86 and 1.11.
 */
import test from 'ava'
import type { Changes } from '../helpers/daemon.ts'
import { Flooded, outsideAddress } from './flooded.ts'
import type { Counts, Order } from './orders.ts'

/** Of a peer's rounds a second, under a flood. */
const LEAST_RATIO = 0.9
/** Megabytes that a flooded peer may grow by. */
const MOST_GROWTH = 64
/** Of one window. */
const SECONDS = 8

interface Flood {
  readonly attack: Order['attack']
  readonly title: string
  /** What has to have been done to the peer. */
  readonly enough: (counts: Counts) => boolean
  readonly changes?: Changes
}

const count = (counts: Counts, what: string): number => counts[what] ?? 0

const FLOODS: readonly Flood[] = [
  {
    attack: 'connections',
    title: '1,000 connections under as many names',
    enough: (counts) => count(counts, 'tried') >= 1000
  },
  {
    attack: 'sockets',
    title: '10,000 sockets that say nothing',
    enough: (counts) => count(counts, 'tried') >= 10_000
  },
  {
    attack: 'streams',
    title: '10,000 stream opens',
    enough: (counts) => count(counts, 'opened') >= 10_000
  },
  {
    attack: 'pings',
    title: "10,000 of the muxer's pings whose answers nobody reads",
    enough: (counts) => count(counts, 'sent') >= 10_000
  },
  {
    attack: 'identify',
    title: 'identify messages of 4 MiB',
    enough: (counts) => count(counts, 'sent') >= 30
  },
  {
    attack: 'gossip',
    title: 'gossip that is too large, unsigned, or of other topics',
    enough: (counts) => count(counts, 'sent') >= 10_000
  },
  {
    attack: 'dht',
    title: '10,000 provider records of invented peers',
    changes: { config: { discovery: { mdns: false, dht: 'own' } } },
    enough: (counts) => count(counts, 'sent') >= 10_000
  }
]

const host = outsideAddress()
// Strangers are counted by address, and loopback is hardly a stranger.
const title = (what: string): string =>
  host === null ? `no address but loopback here: ${what}` : what
const flood = host === null ? test.skip : test.serial

for (const { attack, title: what, enough, changes } of FLOODS) {
  flood(title(`a peer should train on under ${what}`), async (t) => {
    const flooded = await Flooded.start(t, host!, changes)
    const outcome = await flooded.compare(attack, SECONDS, enough)
    const [quiet, under] = outcome.mb
    t.log(
      `${(100 * outcome.ratio).toFixed(1)} % of its rounds; CPU ${outcome.cpu[0].toFixed(2)} -> ` +
        `${outcome.cpu[1].toFixed(2)}; ${quiet.toFixed(0)} -> ${under.toFixed(0)} MB; ${outcome.received.toFixed(1)} MB came in`,
      outcome.counts
    )
    t.true(outcome.ratio >= LEAST_RATIO, `${outcome.ratio}`)
    t.true(under - quiet <= MOST_GROWTH, `grew by ${under - quiet} MB`)
    // Its neighbour has stayed with it.
    const { links } = await flooded.victim.status()
    t.true(links.up > 0)
  })
}
