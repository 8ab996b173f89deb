/**
 * The protocol half of a parameter server (Li et al. 2014) without a server: every member may serve, and
 * trains with whoever does. It gives each event to the parts that it concerns: one ShardServer for each
 * shard, and the Client.
 */
import type { Random } from '../../random.ts'
import { Checkpoints } from '../checkpoints.ts'
import { Stage } from '../stage.ts'
import type {
  Components,
  Effect,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent
} from '../strategy.ts'
import { Client, type ServedRounds } from './client.ts'
import type { Job, Message, Result, Role, ServerKinds, Vote } from './kinds.ts'
import type { ServerOptions } from './options.ts'
import type { Placement } from './placement.ts'
import { ShardServer } from './shard-server.ts'
import type { Surroundings } from './surroundings.ts'

export interface ServerProtocolOptions extends ServedRounds {
  readonly options: Surroundings['options'] & Pick<ServerOptions, 'serversTrain'>
  readonly shards: number
  readonly replicas: number
  /** Peers that the swarm is planned for. */
  readonly planned: number
  readonly placement: Placement
}

/** Looks at everything that waits, in one failoverMs. */
const TICKS = 8
/** A peer that is through waits so many failoverMs for a shard that nobody serves any more. */
const LINGER = 5

export class ServerProtocol implements Protocol<ServerKinds> {
  readonly #stage = new Stage<ServerKinds>()
  readonly #settings: ServerProtocolOptions
  readonly #self: PeerName
  readonly #random: Random
  readonly #servers: readonly ShardServer[]
  readonly #client: Client
  readonly #checkpoints: Checkpoints | null
  readonly #linked = new Set<PeerName>()
  /** Of members that had a link. */
  readonly #downSince = new Map<PeerName, Milliseconds>()
  readonly #computed: Array<((result: Result) => void) | null> = []
  readonly #persisted: Array<() => void> = []
  /** What this peer says to itself. */
  readonly #own: Message[] = []
  #members: readonly PeerName[]
  #trainers = 1
  #known = false
  #trains: boolean
  #startedAt: Milliseconds = 0
  #leaving = false
  #leavingSince: Milliseconds = 0
  #ended = false
  #parted = false
  #finished = false
  #doneSince: Milliseconds | null = null

  constructor(settings: ServerProtocolOptions, components: Components) {
    const { self, random, round, trains = true, checkpointEvery } = components
    this.#settings = settings
    this.#self = self
    this.#random = random
    this.#members = [self]
    this.#trains = trains
    const around = this.#surroundings()
    this.#servers = Array.from(
      { length: settings.shards },
      (_, shard) => new ShardServer(around, shard)
    )
    const emit = (effect: Effect<ServerKinds>): void => this.#stage.emit(effect)
    this.#checkpoints =
      checkpointEvery === undefined
        ? null
        : new Checkpoints(checkpointEvery, (effect) => {
            if (effect.type === 'compute') this.#checkpoint()
            else emit({ ...effect, record: { ...effect.record, votes: this.#votes } })
          })
    const role = trains ? 'trainer' : 'follower'
    this.#client = new Client(around, settings, role, round, emit, (next) =>
      this.#checkpoints?.completed(next, this.#stage.now)
    )
  }

  handle(event: ProtocolEvent<ServerKinds>, now: Milliseconds): ReadonlyArray<Effect<ServerKinds>> {
    this.#stage.now = now
    if (this.#finished) return []
    this.#dispatch(event)
    this.#hearOwn()
    if (event.type !== 'received') {
      for (const server of this.#servers) server.look()
      this.#hearOwn()
    }
    this.#part()
    return this.#stage.take()
  }

  #dispatch(event: ProtocolEvent<ServerKinds>): void {
    switch (event.type) {
      case 'started':
        this.#start(event.records)
        break
      case 'neighbours':
        this.#members = [...new Set([this.#self, ...event.peers])].sort()
        this.#trainers = event.members
        for (const peer of this.#downSince.keys()) {
          if (!event.peers.includes(peer)) this.#downSince.delete(peer)
        }
        if (!this.#known) this.#chooseRole()
        this.#known = true
        break
      case 'link':
        this.#link(event.peer, event.state === 'up')
        break
      case 'received':
        this.#received(event.from, event.message)
        break
      case 'computed':
        this.#computed.shift()?.(event.result)
        break
      case 'persisted':
        this.#persisted.shift()?.()
        break
      case 'checkpointed':
        this.#checkpoints?.answered()
        break
      case 'timer':
        this.#tick()
        break
      case 'training':
        this.#trains = event.on
        this.#chooseRole()
        break
      case 'end':
        this.#ended = true
        this.#client.end()
        break
      case 'leave':
        this.#leaving = true
        this.#leavingSince = this.#stage.now
        this.#client.leave()
        break
    }
  }

  #start(records: ReadonlyArray<ServerKinds['record']>): void {
    this.#startedAt = this.#stage.now
    this.#checkpoints?.begin(this.#stage.now)
    for (const record of records) {
      if (record.kind === 'vote') this.#recall(record)
      else {
        for (const vote of record.votes) this.#recall(vote)
        this.#client.resume(record.round)
        this.#compute({ kind: 'resume', compute: record.compute })
      }
    }
    this.#arm()
  }

  #recall(vote: Vote): void {
    this.#servers[vote.shard]?.register.recall(vote)
  }

  get #votes(): readonly Vote[] {
    return this.#servers.map(({ register }) => register.vote)
  }

  #checkpoint(): void {
    this.#compute({ kind: 'checkpoint' }, (result) => {
      if (result.kind === 'checkpoint') this.#checkpoints?.copied(result.compute)
    })
  }

  #chooseRole(): void {
    const { options, placement } = this.#settings
    const serves = placement.groups(this.#members).some((group) => group.includes(this.#self))
    const role: Role = !this.#trains ? 'follower' : serves ? 'server' : 'trainer'
    this.#client.role = role === 'server' && options.serversTrain ? 'trainer' : role
  }

  #link(peer: PeerName, up: boolean): void {
    if (up) {
      this.#linked.add(peer)
      this.#downSince.delete(peer)
    } else {
      this.#linked.delete(peer)
      this.#downSince.set(peer, this.#stage.now)
    }
    for (const server of this.#servers) {
      if (up) server.linkUp(peer)
      else server.linkDown(peer)
    }
    if (up) this.#client.linkUp(peer)
  }

  #received(from: PeerName, message: Message): void {
    const server = this.#servers[message.shard]
    if (server === undefined) return
    const before = server.lead
    server.received(from, message)
    if (message.kind === 'lead') this.#client.lead(message.shard, message, message.over)
    else this.#client.received(from, message)
    // What this peer has settled itself it need not be told.
    const { lead } = server
    if (lead !== null && lead !== before) this.#client.lead(message.shard, lead, false)
  }

  #hearOwn(): void {
    for (let next = this.#own.shift(); next !== undefined; next = this.#own.shift()) {
      this.#received(this.#self, next)
    }
  }

  #tick(): void {
    for (const server of this.#servers) server.tick()
    this.#client.tick()
    this.#arm()
  }

  #arm(): void {
    this.#stage.timer('tick', this.#settings.options.failoverMs / TICKS)
  }

  /** Finishes once it is through, and nobody needs it: to serve, or to decide who does. */
  #part(): void {
    if (!this.#client.isDone || this.#finished) return
    const { failoverMs } = this.#settings.options
    this.#doneSince ??= this.#stage.now
    const isFree = (server: ShardServer): boolean => {
      if (this.#leaving) {
        const patience = failoverMs
        return (
          !server.serves ||
          this.#members.length === 1 ||
          this.#stage.now - this.#leavingSince > patience
        )
      }
      return server.over || this.#isDeserted(server)
    }
    if (!this.#servers.every(isFree)) return
    if (!this.#parted) {
      this.#parted = true
      if (this.#client.worked) this.#checkpoints?.take(this.#client.round, this.#stage.now)
    }
    if (this.#checkpoints?.busy === true) return
    this.#finished = true
    const hasEnded = this.#ended || this.#client.round >= this.#settings.rounds
    this.#stage.emit({ type: 'finished', ...(hasEnded && { end: { samples: null } }) })
  }

  /** Nobody has served it for long, and nobody can be made to. */
  #isDeserted({ heardAt, serves }: ShardServer): boolean {
    const since = Math.max(this.#doneSince!, heardAt)
    return !serves && this.#stage.now - since >= LINGER * this.#settings.options.failoverMs
  }

  #compute(job: Job, then: ((result: Result) => void) | null = null): void {
    this.#computed.push(then)
    this.#stage.compute(job)
  }

  #surroundings(): Surroundings {
    const { options, shards, replicas, planned, placement } = this.#settings
    const isLinked = (peer: PeerName): boolean => peer === this.#self || this.#linked.has(peer)
    return {
      self: this.#self,
      options,
      shards,
      replicas,
      placement,
      now: () => this.#stage.now,
      members: () => this.#members,
      trainers: () => Math.max(1, this.#trainers),
      quorum: () => Math.floor(Math.max(planned, this.#members.length) / 2) + 1,
      serves: () => this.#members.length > 1 && this.#servers.some(({ holds }) => holds),
      linked: isLinked,
      away: (peer) =>
        isLinked(peer) ? 0 : this.#stage.now - (this.#downSince.get(peer) ?? this.#startedAt),
      gathered: () => {
        const there = this.#members.filter(isLinked).length
        return there >= planned || this.#stage.now - this.#startedAt >= options.startPatienceMs
      },
      leaving: () => this.#leaving,
      isBusy: (peer, shard) =>
        this.#servers.some(({ lead }, other) => other !== shard && lead?.group.includes(peer)),
      send: (to, message) => {
        if (to === this.#self) this.#own.push(message)
        else if (this.#linked.has(to)) this.#stage.send(to, message)
      },
      compute: (job, then) => this.#compute(job, then ?? null),
      persist: (vote, then) => {
        this.#persisted.push(then)
        this.#stage.emit({ type: 'persist', record: vote })
      },
      copyOf: (shard) => this.#client.copyOf(shard),
      random: () => this.#random.next(),
      notice: (text) => this.#stage.notice(text)
    }
  }
}
