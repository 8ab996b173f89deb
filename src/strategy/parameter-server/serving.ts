/**
 * What a primary does for the peers that train: it takes their pushes, counts each once, and gives out
 * parameters when the mode lets a peer go on. Answers wait until all replicas have what they tell of.
 */
import type { Bytes } from '../../vector/vector.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Message, Op } from './kinds.ts'
import type { Primary } from './primary.ts'
import type { Participant } from './shard-table.ts'
import type { Surroundings } from './surroundings.ts'

type Ask = Extract<Message, { kind: 'join' | 'push' | 'pull' | 'finish' }>

/** Parameters of one version, and who is to have them. */
interface Reading {
  readonly version: number
  bytes: Bytes | null
  readonly recipients: Array<(bytes: Bytes) => void>
}

/** Who was dropped may come back for so many failoverMs before the others go. */
const LINGER = 5

export class Serving {
  readonly primary: Primary
  readonly #around: Surroundings
  readonly #shard: number
  /** Who wants parameters, and the version that it has. */
  readonly #waiting = new Map<PeerName, number>()
  #reading: Reading | null = null
  /** Since when a peer has kept the others waiting in the same round. */
  readonly #slow = new Map<PeerName, { readonly clock: number; readonly since: Milliseconds }>()
  /** When those were dropped who have not come back. */
  readonly #dropped = new Map<PeerName, Milliseconds>()
  /** Nobody trains any more, and nobody who was cut off a moment ago may still want to. */
  #isOver = false

  constructor(around: Surroundings, shard: number, primary: Primary) {
    this.#around = around
    this.#shard = shard
    this.primary = primary
  }

  /** True once nobody needs this shard any more. */
  get idle(): boolean {
    const { table } = this.primary
    if (!this.#isOver) return false
    for (const { active } of table.participants.values()) if (active) return false
    return true
  }

  ask(from: PeerName, message: Ask): void {
    const { participants } = this.primary.table
    const known = participants.get(from)
    const { kind, life } = message
    const participant = known?.life === life ? known : undefined
    if (kind === 'join') {
      const joined = participant?.active === true && participant.role === message.role
      if (!joined) this.#append({ kind, peer: from, life, role: message.role })
      this.#wait(from, -1)
    } else if (kind === 'finish') {
      const { complete } = message
      if (participant?.active === true) this.#append({ kind, peer: from, complete })
      this.#waiting.delete(from)
      this.#afterCommit(from, { kind: 'parted', shard: this.#shard, life })
      if (this.#isOver) this.tellOne(from)
    } else if (participant === undefined || (kind === 'pull' && !participant.active)) {
      this.#around.send(from, { kind: 'stranger', shard: this.#shard, life })
    } else if (kind === 'push') this.#push(from, message, participant)
    else this.#wait(from, message.version)
    this.serve()
  }

  tick(now: Milliseconds): void {
    const { table } = this.primary
    const { failoverMs, patienceMs, startPatienceMs } = this.#around.options
    this.primary.beat()
    const waited = now - this.primary.since >= startPatienceMs
    if (
      !table.open &&
      table.gathered > 0 &&
      (table.gathered >= this.#around.trainers() || waited)
    ) {
      this.#append({ kind: 'open' })
    }
    for (const [peer, { active }] of table.participants) {
      if (active && this.#around.away(peer) >= failoverMs / 2) this.#drop(peer)
    }
    const { laggards } = table
    for (const peer of this.#slow.keys()) if (!laggards.includes(peer)) this.#slow.delete(peer)
    for (const peer of laggards) {
      const clock = table.roundOf(table.participants.get(peer)!)
      const known = this.#slow.get(peer)
      if (known?.clock !== clock) this.#slow.set(peer, { clock, since: now })
      else if (now - known.since >= patienceMs) this.#drop(peer)
    }
    this.#endOrGoOn()
    this.serve()
  }

  /** Gives parameters to those that may go on. */
  serve(): void {
    const { table } = this.primary
    if (!table.open && table.gathered >= this.#around.trainers()) this.#append({ kind: 'open' })
    for (const [peer, version] of this.#waiting) {
      const participant = table.participants.get(peer)
      if (participant === undefined || !participant.active) this.#waiting.delete(peer)
      else if (table.mayGoOn(participant, version)) {
        this.#waiting.delete(peer)
        this.#give(peer, participant)
      }
    }
  }

  /** Says who serves, to everybody that can be reached. */
  tell(): void {
    for (const peer of this.#around.members()) if (this.#around.linked(peer)) this.tellOne(peer)
  }

  tellOne(peer: PeerName): void {
    const { lead } = this.primary
    this.#around.send(peer, { kind: 'lead', shard: this.#shard, ...lead, over: this.#isOver })
  }

  #push(from: PeerName, message: Extract<Ask, { kind: 'push' }>, participant: Participant): void {
    const { seq, base, weight, bytes, life } = message
    if (seq > participant.seq) {
      this.#append({ kind: 'push', peer: from, seq, base, weight, bytes })
      // Its own update keeps nobody waiting any more.
      this.#slow.delete(from)
    } else if (!participant.active) {
      // Dropped since its push was counted, and back: it says so by saying it again.
      this.#append({ kind: 'join', peer: from, life, role: participant.role })
    }
    if (seq === participant.seq) {
      const { late } = participant
      this.#afterCommit(from, { kind: 'counted', shard: this.#shard, life, seq, late })
    }
    this.#wait(from, base)
  }

  #wait(peer: PeerName, version: number): void {
    this.#waiting.set(peer, version)
  }

  #drop(peer: PeerName): void {
    this.#slow.delete(peer)
    this.#dropped.set(peer, this.#around.now() - this.#around.away(peer))
    this.#append({ kind: 'drop', peer })
  }

  #append(op: Op): void {
    this.primary.append(op)
    this.#endOrGoOn()
  }

  #endOrGoOn(): void {
    const { over, participants } = this.primary.table
    const oldest = this.#around.now() - LINGER * this.#around.options.failoverMs
    for (const [peer, at] of this.#dropped) {
      if (at <= oldest || participants.get(peer)?.active === true) this.#dropped.delete(peer)
    }
    const isOver = over && this.#dropped.size === 0
    if (isOver === this.#isOver) return
    this.#isOver = isOver
    this.primary.answer(() => this.tell())
  }

  #afterCommit(to: PeerName, message: Message): void {
    this.primary.answer(() => this.#around.send(to, message))
  }

  #give(peer: PeerName, participant: Participant): void {
    const { table } = this.primary
    const { life, seq, late } = participant
    const { version } = table
    const round = table.roundOf(participant)
    const rests = table.rests(participant)
    const shard = this.#shard
    const reading = this.#read(version)
    const send = (bytes: Bytes): void =>
      this.#afterCommit(peer, {
        kind: 'params',
        ...{ shard, life, seq, version, round, late, rests, bytes }
      })
    if (reading.bytes !== null) send(reading.bytes)
    else reading.recipients.push(send)
  }

  /** Parameters change with their version only, so one copy serves all. */
  #read(version: number): Reading {
    if (this.#reading?.version === version) return this.#reading
    const reading: Reading = { version, bytes: null, recipients: [] }
    this.#reading = reading
    this.#around.compute({ kind: 'read', shard: this.#shard }, (result) => {
      if (result.kind !== 'read') return
      reading.bytes = result.bytes
      for (const send of reading.recipients.splice(0)) send(result.bytes)
    })
    return reading
  }
}
