/**
 * One shard at one peer: its vote on who serves, the replica that it may hold, and its part as a primary
 * or a backup. docs/strategies/parameter-server.md has the rules and why they are safe.
 *
 * Invariant: operations of a term are applied only by a replica whose state is of that term. Whoever
 * carries the state into another term seals the old one: nothing is committed there any more, since a
 * commit needs every replica of the group.
 */
import type { Milliseconds, PeerName } from '../strategy.ts'
import { Candidacy } from './candidacy.ts'
import { Fetch } from './fetch.ts'
import { groupAfter, reachableFrom } from './grouping.ts'
import type { Lead, Message } from './kinds.ts'
import { Primary } from './primary.ts'
import { Register } from './register.ts'
import { decodeTable } from './saved-table.ts'
import { Serving } from './serving.ts'
import { ShardTable } from './shard-table.ts'
import { Supply } from './supply.ts'
import type { Surroundings } from './surroundings.ts'

interface Held {
  term: number
  readonly table: ShardTable
}

/** A group that is smaller than it should be is formed anew once there is somebody, after failoverMs over this. */
const REFORM = 4
/** Pauses between two attempts of one member, in failoverMs: from, and as much again at random. */
const PAUSE = 1

export class ShardServer {
  readonly register: Register
  readonly #around: Surroundings
  readonly #shard: number
  /** Who serves, as far as is known. */
  #lead: Lead | null = null
  #over = false
  #heardAt: Milliseconds
  /** When the state was last worked on: copied, or called for by who has it. */
  #touchedAt: Milliseconds = 0
  /** Since when nobody is known to serve; null while somebody is. */
  #silentSince: Milliseconds | null
  #held: Held | null = null
  #serving: Serving | null = null
  #candidacy: Candidacy | null = null
  #supply: Supply | null = null
  #fetch: Fetch | null = null
  #nextStand: Milliseconds
  /** Highest term that was in the way of another. */
  #highest = 0
  #wasGathered: Milliseconds | null = null

  constructor(around: Surroundings, shard: number) {
    this.#around = around
    this.#shard = shard
    this.#heardAt = around.now()
    this.#silentSince = around.now()
    this.#nextStand = around.now()
    this.register = new Register(around, shard)
  }

  /** When whoever serves has last said anything. */
  get heardAt(): Milliseconds {
    return this.#heardAt
  }

  get lead(): Lead | null {
    return this.#lead
  }

  /** True once nobody trains this shard any more, and nobody waits for this peer to serve it. */
  get over(): boolean {
    return this.#serving === null ? this.#over : this.#serving.idle
  }

  /** It has the shard's state. */
  get holds(): boolean {
    return this.#held !== null
  }

  /** True while others need this peer for this shard. */
  get serves(): boolean {
    return this.#serving !== null && !this.#serving.idle
  }

  received(from: PeerName, message: Message): void {
    if (from === this.#lead?.group[0]) this.#heardAt = this.#around.now()
    switch (message.kind) {
      case 'stand':
        this.#highest = Math.max(this.#highest, message.term)
        this.register.stand(from, message.term, this.#held?.term ?? 0)
        return
      case 'settle':
        this.register.settle(from, message)
        return
      case 'promise':
      case 'settled':
        this.#highest = Math.max(this.#highest, message.promised)
        if (message.kind === 'promise') this.#candidacy?.promise(from, message)
        else this.#candidacy?.settled(from, message)
        this.#judge()
        return
      case 'lead':
        this.#learn(message, message.over)
        return
      case 'beat':
        this.#beat(from, message.term)
        return
      case 'beaten':
        if (this.#candidacy?.term === message.term) this.#candidacy.beaten(from, message.op)
        else if (this.#isPrimaryOf(message.term)) this.#serving!.primary.beaten(from, message.op)
        this.#serving?.serve()
        this.#judge()
        return
      case 'append':
        this.#append(from, message)
        return
      case 'ask-state':
        this.#supplied(from, message.term, message.piece)
        return
      case 'state':
        this.#fetched(from, message)
        return
      case 'join':
      case 'push':
      case 'pull':
      case 'finish':
        this.#serving?.ask(from, message)
        return
      default:
        return
    }
  }

  linkUp(peer: PeerName): void {
    this.#serving?.tellOne(peer)
    this.#serving?.primary.linkUp(peer)
    this.#fetch?.linkUp(peer)
    this.#candidacy?.linkUp(peer)
  }

  linkDown(peer: PeerName): void {
    this.#candidacy?.linkDown(peer)
  }

  tick(): void {
    const now = this.#around.now()
    this.#fetch?.tick(now)
    this.#serving?.tick(now)
    this.#candidacy?.tick(now)
    this.#judge()
    this.#watch(now)
  }

  /** A link, a member or a moment may be what was waited for. */
  look(): void {
    this.#watch(this.#around.now())
  }

  #isPrimaryOf(term: number): boolean {
    return this.#serving?.primary.lead.term === term
  }

  /** Stands where nobody serves, or the group should be another one. */
  #watch(now: Milliseconds): void {
    if (this.#candidacy !== null || now < this.#nextStand) return
    if (this.#serving === null ? this.#misses(now) : this.#shouldReform(now)) this.#stand(now)
  }

  #shouldReform(now: Milliseconds): boolean {
    const { primary, idle } = this.#serving!
    const { replicas, options } = this.#around
    const others = reachableFrom(this.#around)
    if (idle || primary.table.over) return this.#around.leaving() && others.length > 0
    if (this.#around.leaving() || primary.dead(now).length > 0) {
      return this.#around.leaving() ? others.length > 0 : true
    }
    const { group } = primary.lead
    if (group.length >= replicas || now - primary.since < options.failoverMs / REFORM) return false
    return others.some((peer) => !group.includes(peer))
  }

  /** True once it is this peer's turn to do something about it that nobody serves. */
  #misses(now: Milliseconds): boolean {
    const { failoverMs } = this.#around.options
    if (this.#over) return false
    const primary = this.#lead?.group[0]
    // Its state has left the term that is known to be served, and with it that term is sealed.
    if (this.#held !== null && this.#held.term > (this.#lead?.term ?? 0)) {
      this.#silentSince ??= now
      return now - this.#touchedAt >= failoverMs
    }
    const silent = now - this.#heardAt
    if (this.#lead !== null && this.#held !== null && !this.#isLeftOut(this.#held.term)) {
      // The backups hear beats; the first of them comes first.
      const place = Math.max(0, this.#lead.group.indexOf(this.#around.self) - 1)
      const patience = failoverMs * (this.#around.linked(primary!) ? 1 : 1 / 2)
      if (silent < patience) this.#silentSince = null
      else this.#silentSince ??= now
      return silent >= patience + (place * failoverMs) / 2
    }
    if (primary !== undefined && this.#around.linked(primary) && primary !== this.#around.self) {
      this.#silentSince = null
      return false
    }
    this.#silentSince ??= now
    if (!this.#around.gathered()) return false
    this.#wasGathered ??= now
    const place = this.#around.placement
      .ranking(this.#shard, this.#around.members())
      .indexOf(this.#around.self)
    const founders = this.#around.placement.groups(this.#around.members())[this.#shard]!
    const turn = founders.includes(this.#around.self)
      ? founders.indexOf(this.#around.self)
      : founders.length + place
    const first = this.#lead === null && this.register.vote.accepted === null
    const from = first ? this.#wasGathered : this.#silentSince
    return now >= from + failoverMs * (first ? turn : 1 + turn)
  }

  #stand(now: Milliseconds): void {
    const term = 1 + Math.max(this.register.promised, this.#highest, this.#lead?.term ?? 0)
    this.#nextStand = Number.POSITIVE_INFINITY
    this.#candidacy = new Candidacy(this.#around, this.#shard, term, {
      held: () => this.#held?.term ?? 0,
      carry: (to) => this.#carry(to),
      found: (to, anew) => this.#found(to, anew),
      group: (before, without) => groupAfter(this.#around, this.#shard, before, without),
      offer: (to) => this.#offer(to, term),
      since: this.#silentSince ?? now
    })
    this.#judge()
  }

  /** Draws the consequences of what has become of the attempt. */
  #judge(): void {
    const candidacy = this.#candidacy
    if (candidacy === null) return
    const { won } = candidacy
    if (won !== null) {
      this.#candidacy = null
      this.#nextStand = this.#around.now()
      this.#learn(won, false)
      // Also where another peer is the first of the group: it begins when it hears this.
      if (this.#serving === null) this.#tellAll(won)
    } else if (candidacy.lost) this.#giveUp()
  }

  #giveUp(): void {
    const { failoverMs } = this.#around.options
    this.#candidacy = null
    this.#nextStand = this.#around.now() + failoverMs * PAUSE * (1 + this.#around.random())
  }

  #tellAll(lead: Lead): void {
    for (const peer of this.#around.members()) {
      if (!this.#around.linked(peer)) continue
      this.#around.send(peer, { kind: 'lead', shard: this.#shard, ...lead, over: false })
    }
  }

  #carry(term: number): number {
    this.#serving = null
    this.#fetch = null
    this.#held!.term = term
    this.#copy()
    return this.#held!.table.op
  }

  #found(term: number, anew: boolean): number {
    const { version, round } = this.#around.copyOf(this.#shard)
    const table = new ShardTable(this.#around.options, this.#shard)
    if (anew) {
      // Never the version of the first replica again: what was made from it would count.
      table.version = version + 1
      table.round = round
      this.#around.notice(
        `shard ${this.#shard} has lost all of its replicas: it goes on from a copy of round ${round}`
      )
    }
    this.#around.compute({ kind: 'found', shard: this.#shard, anew })
    this.#held = { term, table }
    this.#copy()
    return table.op
  }

  #copy(): void {
    const { term, table } = this.#held!
    this.#supply =
      this.#around.replicas > 1 ? new Supply(this.#around, this.#shard, term, table) : null
  }

  #offer(to: PeerName, term: number): void {
    const op = this.#held?.table.op ?? 0
    this.#around.send(to, { kind: 'beat', shard: this.#shard, term, op })
  }

  #learn(lead: Lead, over: boolean): void {
    const known = this.#lead?.term ?? 0
    if (lead.term < known) return
    this.#highest = Math.max(this.#highest, lead.term)
    this.#heardAt = this.#around.now()
    this.#silentSince = null
    this.#over = over
    if (lead.term === known) return
    this.#lead = { term: lead.term, group: lead.group }
    if (this.#candidacy !== null && this.#candidacy.term < lead.term) this.#giveUp()
    const { self } = this.#around
    const held = this.#held
    if (this.#serving !== null && this.#serving.primary.lead.term < lead.term) this.#serving = null
    if (held === null) return
    if (lead.group[0] === self && held.term === lead.term) {
      const primary = new Primary(this.#around, this.#shard, this.#lead, held.table)
      this.#serving = new Serving(this.#around, this.#shard, primary)
      this.#serving.tell()
      this.#serving.serve()
    } else if (!lead.group.includes(self) && held.term <= lead.term) this.#forget()
  }

  /** A group that this peer is not in serves in this term, or a later one. */
  #isLeftOut(term: number): boolean {
    if (this.#lead === null || this.#lead.term < term) return false
    return this.#lead.term > term || !this.#lead.group.includes(this.#around.self)
  }

  #forget(): void {
    this.#held = null
    this.#supply = null
    this.#around.compute({ kind: 'forget', shard: this.#shard })
  }

  #beat(from: PeerName, term: number): void {
    this.#highest = Math.max(this.#highest, term)
    if (from === this.#around.self) return
    if (term >= (this.#lead?.term ?? 0)) this.#heardAt = this.#around.now()
    const held = this.#held
    if (held !== null && held.term > term) return
    if (held?.term === term) {
      this.#touchedAt = this.#around.now()
      this.#beaten(from)
      return
    }
    if (this.#fetch?.term === term && this.#fetch.from === from) return
    if ((this.#fetch !== null && this.#fetch.term > term) || this.#isLeftOut(term)) return
    this.#fetch = new Fetch(this.#around, this.#shard, from, term)
  }

  #beaten(to: PeerName): void {
    const { term, table } = this.#held!
    this.#around.send(to, { kind: 'beaten', shard: this.#shard, term, op: table.op })
  }

  #append(from: PeerName, { term, n, op }: Extract<Message, { kind: 'append' }>): void {
    const held = this.#held
    if (held?.term !== term || this.#serving !== null || from === this.#around.self) return
    this.#heardAt = this.#around.now()
    if (n === held.table.op + 1) for (const job of held.table.apply(op)) this.#around.compute(job)
    this.#beaten(from)
  }

  #supplied(from: PeerName, term: number, piece: number): void {
    if (this.#candidacy?.term === term) this.#candidacy.alive()
    else if (!this.#isPrimaryOf(term)) return
    // A backup that has lost the state in mid-term begins with the state of now.
    else if (piece === 0) this.#copy()
    if (this.#supply?.term === term) this.#supply.ask(from, piece)
  }

  #fetched(from: PeerName, message: Extract<Message, { kind: 'state' }>): void {
    const fetch = this.#fetch
    if (fetch === null || fetch.from !== from || fetch.term !== message.term) return
    // The group has been settled without this peer meanwhile.
    if (this.#isLeftOut(message.term)) {
      this.#fetch = null
      return
    }
    const state = fetch.take(message)
    if (state === null) return
    this.#fetch = null
    const table = decodeTable(state.table, this.#around.options, this.#shard)
    if (table === null || (this.#held?.term ?? 0) > message.term) return
    const { steps, vectors } = state
    this.#serving = null
    this.#around.compute({ kind: 'restore', shard: this.#shard, steps, vectors })
    this.#held = { term: message.term, table }
    this.#touchedAt = this.#around.now()
    this.#beaten(from)
  }
}
