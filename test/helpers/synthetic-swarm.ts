/** A made-up swarm as a dashboard sees it, moved on by hand: no clock, and every figure from the seed. */
import type { Path } from '../../src/network/path.ts'
import type { Reachability } from '../../src/network/reachability.ts'
import type { CurvePoint, SourceEvent, StatusSource } from '../../src/peer/monitor/source.ts'
import type { Alarm, MemberStatus, PeerStatus } from '../../src/peer/monitor/status.ts'
import { type Random, seeded } from '../../src/random.ts'
import type { Role } from '../../src/swarm/role.ts'

export interface SyntheticSwarmOptions {
  readonly members: number
  readonly seed?: number
  /** How many of the members speak for themselves, as in a local run. */
  readonly peers?: number
  /** Milliseconds since 1970 at which it begins. */
  readonly at?: number
  /** Its run ends with a round, not with so many examples. */
  readonly byRounds?: boolean
}

const LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const DEGREE = 4
const FRESH_SECONDS = 2
const ROUNDS = 400
const BYTES = 7400

const nameFrom = (random: Random): string => {
  const letters = Array.from({ length: 40 }, () => LETTERS[random.integer(LETTERS.length)])
  return `12D3KooW${letters.join('')}`
}

const roleOf = (index: number): Role =>
  index === 5 ? 'observer' : index === 9 ? 'bootstrap' : 'trainer'

const REACH: Reachability = {
  verdict: 'private',
  observed: ['/ip4/198.51.100.7/tcp/4001'],
  mapping: 'one',
  relays: [],
  relaying: { peers: 0, bytes: 0 }
}

/** Every fifth through a relay, and as many through two NATs. */
const pathOf = (other: number, name: string): Path => {
  const address = `/ip4/127.0.0.1/tcp/${20_000 + other}/p2p/${name}`
  const rttMs = 10 + (other % 7)
  if (other % 5 === 1) {
    const quota = { bytes: 60 << 20, milliseconds: 3_600_000 }
    return { kind: 'relayed', address: `${address}/p2p-circuit`, quota, rttMs: 3 * rttMs }
  }
  return { kind: other % 5 === 2 ? 'punched' : 'direct', address, quota: null, rttMs }
}

export class SyntheticSwarm implements StatusSource {
  readonly names: readonly string[]
  alarms: readonly Alarm[] = []
  readonly #random: Random
  readonly #listeners = new Set<(event: SourceEvent) => void>()
  readonly #rounds: number[]
  readonly #points: CurvePoint[][]
  readonly #killed = new Map<string, number>()
  readonly #begun: number
  readonly #byRounds: boolean
  #at: number

  constructor(options: SyntheticSwarmOptions) {
    const { members, seed = 1, peers = 1, at = 1_800_000_000_000, byRounds = false } = options
    this.#random = seeded(seed)
    this.names = Array.from({ length: members }, () => nameFrom(this.#random)).sort()
    this.#rounds = this.names.map(() => this.#random.integer(4))
    this.#points = Array.from({ length: peers }, () => [])
    this.#at = at
    this.#begun = at
    this.#byRounds = byRounds
  }

  statuses(): readonly PeerStatus[] {
    return this.#points.map((_, index) => this.#status(index))
  }

  curves(): ReadonlyArray<{ readonly peer: string; readonly points: readonly CurvePoint[] }> {
    return this.#points.map((points, index) => ({ peer: this.names[index]!, points }))
  }

  subscribe(listener: (event: SourceEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** From now on nothing is heard of it, and no link with it is up. */
  kill(name: string): void {
    this.#killed.set(name, this.#at)
  }

  /** Of a local run: its process has ended. */
  end(name: string, how: string): void {
    this.kill(name)
    this.#emit({ type: 'ended', peer: name, how })
  }

  /** A second later: most members have done a round or two. */
  advance(seconds = 1): void {
    this.#at += 1000 * seconds
    this.#rounds.forEach((round, index) => {
      if (this.#killed.has(this.names[index]!)) return
      const done = this.#random.integer(3) + (index === 3 ? 0 : 1)
      this.#rounds[index] = round + done
    })
    this.#points.forEach((points, index) => {
      if (this.#killed.has(this.names[index]!)) return
      const point = this.#point(index)
      if (points.at(-1)?.round === point.round) return
      points.push(point)
      this.#emit({ type: 'point', peer: this.names[index]!, point })
    })
    this.#points.forEach((_, index) => {
      if (this.#killed.has(this.names[index]!)) return
      this.#emit({ type: 'status', status: () => this.#status(index) })
    })
  }

  #emit(event: SourceEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #loss(index: number): number {
    const round = this.#rounds[index]!
    return 0.12 + 2.2 * Math.exp(-round / 60) + 0.02 * Math.sin(round * 1.7 + index)
  }

  #accuracy(index: number): number {
    return 0.98 - 0.88 * Math.exp(-this.#rounds[index]! / 70) + 0.004 * Math.sin(index)
  }

  #point(index: number): CurvePoint {
    const round = this.#rounds[index]!
    const evaluated = this.#points[index]!.length % 5 === 0
    return {
      at: this.#at,
      round,
      loss: this.#loss(index),
      accuracy: evaluated ? this.#accuracy(index) : null,
      testLoss: evaluated ? this.#loss(index) + 0.04 : null,
      bytesSent: round * BYTES,
      bytesReceived: round * BYTES
    }
  }

  /** A ring with chords: every member has the same number of neighbours. */
  #neighbours(index: number): readonly number[] {
    const count = this.names.length
    const steps = [1, Math.max(2, Math.floor(count / 3))]
    const all = steps.flatMap((step) => [(index + step) % count, (index + count - step) % count])
    return [...new Set(all)].filter((other) => other !== index).slice(0, DEGREE)
  }

  #member(name: string, other: number, index: number): MemberStatus {
    const killedAt = this.#killed.get(name)
    const age = killedAt === undefined ? 0 : (this.#at - killedAt) / 1000
    const adjacent = this.#neighbours(index).includes(other)
    const up = adjacent && killedAt === undefined
    const round = this.#rounds[other]!
    const bytes = adjacent ? round * BYTES : 0
    return {
      name,
      role: roleOf(other),
      round,
      loss: this.#loss(other),
      heardSecondsAgo: age + ((other * 7) % (10 * FRESH_SECONDS)) / 10,
      left: false,
      link: up ? 'up' : 'down',
      path: up ? pathOf(other, this.names[other]!) : null,
      refused: null,
      wanted: adjacent,
      links: this.#neighbours(other)
        .filter((one) => !this.#killed.has(this.names[one]!))
        .map((one) => this.names[one]!.slice(-8)),
      agreement: other === 7 ? 'unknown' : 'agrees',
      addresses: [`/ip4/127.0.0.1/tcp/${20_000 + other}/p2p/${name}`],
      bytesSent: bytes,
      bytesReceived: Math.round(bytes * (0.8 + 0.05 * (other % 5)))
    }
  }

  #status(index: number): PeerStatus {
    const self = this.names[index]!
    const round = this.#rounds[index]!
    const members = this.names
      .map((name, other) => this.#member(name, other, index))
      .filter(({ name }) => name !== self)
    const up = members.filter(({ link }) => link === 'up').length
    const uptime = (this.#at - this.#begun) / 1000
    const heard = this.#rounds.filter((_, other) => !this.#killed.has(this.names[other]!))
    const median = heard.sort((a, b) => a - b)[heard.length >> 1]!
    const sent = members.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
    const received = members.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0)
    const wave = 1 + 0.3 * Math.sin(uptime / 5 + index)
    const over = Math.min(1, median / ROUNDS)
    const place = this.#byRounds
      ? `${Math.max(0, median - round)} rounds behind the median`
      : `${Math.floor(100 * over)} % of the run over`
    const at = new Date(this.#at).toISOString()
    return {
      schema: 'swarmgrad/status/1',
      version: '0.1.0',
      pid: 4242 + index,
      startedAt: new Date(this.#begun).toISOString(),
      at,
      self,
      role: roleOf(index),
      addresses: [`/ip4/127.0.0.1/tcp/${20_000 + index}/p2p/${self}`],
      swarm: {
        name: 'digits at home',
        manifest: '9f2c41d07be35a68',
        strategy: this.#byRounds ? 'gossip-averaging' : 'delta-set',
        topology: 'exponential',
        rounds: ROUNDS,
        peers: this.names.length
      },
      model: { name: 'mlp', parameters: 101_770 },
      backend: 'wasm',
      phase: 'training',
      resumesAt: null,
      joining: null,
      reach: REACH,
      line: `training with ${up} neighbours, ${place}, ${Math.round(12 * wave)} kB/s up`,
      healthy: this.alarms.every(({ severity }) => severity !== 'critical'),
      reason: 'a round was completed 0.4 seconds ago',
      alarms: this.alarms,
      round,
      done: this.#byRounds ? null : over,
      medianRound: median,
      loss: this.#loss(index),
      accuracy: this.#accuracy(index),
      testLoss: this.#loss(index) + 0.04,
      members,
      links: { up, wanted: DEGREE, known: members.length, noneForSeconds: null },
      bytes: {
        sent,
        received,
        sentByKind: {
          delta: { frames: round * up, bytes: Math.round(0.86 * sent) },
          have: { frames: round * up * 2, bytes: Math.round(0.08 * sent) },
          want: { frames: round * up, bytes: Math.round(0.04 * sent) },
          credit: { frames: round, bytes: Math.round(0.02 * sent) }
        },
        socketSent: Math.round(sent * 1.09),
        socketReceived: Math.round(received * 1.09),
        upRate: 12_000 * wave,
        downRate: 11_000 * (2 - wave)
      },
      rejected: { checksum: 0 },
      time: {
        uptimeSeconds: uptime,
        computeSeconds: 0.955 * uptime + 0.4 * Math.sin(uptime / 3),
        computeUtilisation: 0.955,
        loopDelayMs: { mean: 1.1, p99: 3.2, max: 11 },
        overheadUtilisation: 0.031
      },
      memory: { rssBytes: 143_000_000 + 10_000 * Math.round(uptime), limitBytes: 512 << 20 },
      disk: { usedBytes: 9_400_000, freeBytes: 81_000_000_000 },
      checkpoint: {
        round: round - (round % 16),
        at: new Date(this.#at - 21_000).toISOString(),
        bytes: 1_630_000,
        failures: 0
      },
      training: { skippedSteps: 0, divergedRounds: 0 },
      chosen: { density: 0.01 },
      replica: { cut: `${round - (round % 16)}`, hash: '52d7fdf7a74061dd', at }
    }
  }
}
