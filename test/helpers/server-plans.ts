/** What befalls swarms of peers that serve, coordinate and push: planned, and drawn at random. */
import type { Random } from '../../src/random.ts'
import type { ServerSetting, ServerSwarm } from './server-swarm.ts'

export const RETURNING = 1
const FOLLOWER = 2

/** One peer only follows, one is away for a while, and two are cut off: all kinds of messages occur. */
export const ALL_ROLES = {
  peers: 6,
  strategy: { replicas: 2, rebuildAfterMs: null, failoverMs: 200 },
  network: { discoveryMs: 50 },
  stepMs: (peer: number): number => 4 + peer,
  trains: (peer: number): boolean => peer !== FOLLOWER,
  faults: [
    { kind: 'crash', peers: [RETURNING], atMs: 250, returnMs: 500 },
    { kind: 'partition', groups: [[4], [FOLLOWER]], fromMs: 700, toMs: 1100 }
  ]
} satisfies Partial<ServerSetting>

/** At most as many die at a time as the replicas can lose: the next one after the group is whole again. */
const APART_MS = 2500

export interface Mishaps extends Required<Pick<ServerSetting, 'network' | 'faults' | 'stepMs'>> {
  /** Peers that lose a life, and with it what they had not been told of. */
  readonly dead: ReadonlySet<number>
}

/** Kills, returns, a partition, broken links, late and repeated frames; a quorum always stays. */
export const randomMishaps = (random: Random, peers: number): Mishaps => {
  const victims = Array.from({ length: peers }, (_, peer) => ({ peer, lot: random.next() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ peer }) => peer)
  const kills = random.integer(Math.min(3, Math.ceil(peers / 2)))
  const faults: object[] = victims.slice(0, kills).map((peer, i) => {
    const atMs = 30 + i * APART_MS + random.integer(900)
    const returnMs = random.integer(2) === 0 ? atMs + 900 + random.integer(1500) : null
    return { kind: 'crash', peers: [peer], atMs, returnMs }
  })
  if (random.integer(3) === 0) {
    const fromMs = 100 + random.integer(1500)
    // Who is away for longer may find that the others are through.
    const toMs = fromMs + 200 + random.integer(1500)
    faults.push({ kind: 'partition', groups: [[victims.at(-1)!]], fromMs, toMs })
  }
  const network = {
    latencyMs: 5 + random.integer(30),
    jitterMs: 3,
    loss: 0.003 * random.integer(2),
    duplicates: 0.2,
    delays: { probability: 0.02, ms: 150 },
    discoveryMs: 50
  }
  const stepMs = (peer: number): number => 3 + 2 * peer
  return { faults, network, stepMs, dead: new Set(victims.slice(0, kills)) }
}

/** How often each kind of mishap has happened in several runs; first proof that a test of them tests something. */
export class Tally {
  readonly #times: Record<string, number> = {}
  /** The latest term in which somebody served or coordinated. */
  terms = 0

  count({ swarm, leads }: ServerSwarm): void {
    for (const { event } of swarm.faults.log) this.#add(event, 1)
    for (const [what, times] of Object.entries(swarm.network.faults)) this.#add(what, times)
    for (const { term } of leads.values()) this.terms = Math.max(this.terms, term)
  }

  /** Those that have hardly happened. */
  get rare(): readonly string[] {
    const injectors = ['crashed', 'returned', 'partitioned', 'healed']
    const all = [...injectors, 'lostFrames', 'delayedFrames', 'duplicatedFrames']
    return all.filter((what) => (this.#times[what] ?? 0) <= 5)
  }

  #add(what: string, times: number): void {
    this.#times[what] = (this.#times[what] ?? 0) + times
  }
}
