/**
 * A primary's log: it applies every operation at once, sends it to all backups, and an operation is
 * committed, and may be answered, once every replica of the group has applied it. A backup that is silent
 * stops that: then the group has to be formed anew, in another term.
 */
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Lead, Op } from './kinds.ts'
import { RETRY } from './limits.ts'
import type { ShardTable } from './shard-table.ts'
import type { Surroundings } from './surroundings.ts'

interface Backup {
  /** Operations that it has applied. */
  acked: number
  /** Operations that have been sent. */
  sent: number
  heardAt: Milliseconds
  /** When it has last applied something, or been sent something after a pause. */
  movedAt: Milliseconds
}

/** Bytes on their way to one backup; one operation may always be. */
const WINDOW = 1 << 20

export class Primary {
  readonly lead: Lead
  readonly table: ShardTable
  readonly since: Milliseconds
  readonly #around: Surroundings
  readonly #shard: number
  readonly #backups = new Map<PeerName, Backup>()
  /** Operations that are not committed; the last one is the table's. */
  #log: Op[] = []
  readonly #answers: Array<{ readonly op: number; readonly give: () => void }> = []

  constructor(around: Surroundings, shard: number, lead: Lead, table: ShardTable) {
    this.#around = around
    this.#shard = shard
    this.lead = lead
    this.table = table
    this.since = around.now()
    const { op } = table
    for (const peer of lead.group) {
      if (peer === around.self) continue
      this.#backups.set(peer, { acked: op, sent: op, heardAt: this.since, movedAt: this.since })
    }
  }

  /** Operations that every replica has applied. */
  get committed(): number {
    let least = this.table.op
    for (const { acked } of this.#backups.values()) least = Math.min(least, acked)
    return least
  }

  append(op: Op): void {
    for (const job of this.table.apply(op)) this.#around.compute(job)
    this.#log.push(op)
    for (const peer of this.#backups.keys()) this.#pump(peer)
    this.#trim()
  }

  /** Gives an answer once all that has been applied so far is committed. */
  answer(give: () => void): void {
    this.#answers.push({ op: this.table.op, give })
    this.#trim()
  }

  beaten(from: PeerName, op: number): void {
    const backup = this.#backups.get(from)
    if (backup === undefined || op > this.table.op) return
    backup.heardAt = this.#around.now()
    if (op > backup.acked) backup.movedAt = backup.heardAt
    backup.acked = Math.max(backup.acked, op)
    backup.sent = Math.max(backup.sent, op)
    this.#pump(from)
    this.#trim()
  }

  /** Backups that are to be replaced. */
  dead(now: Milliseconds): readonly PeerName[] {
    const { failoverMs } = this.#around.options
    return [...this.#backups.keys()].filter((peer) => {
      const silent = now - this.#backups.get(peer)!.heardAt
      return silent >= (this.#around.linked(peer) ? failoverMs : failoverMs / 2)
    })
  }

  /** What was on its way on the link before is lost. */
  linkUp(peer: PeerName): void {
    const backup = this.#backups.get(peer)
    if (backup === undefined) return
    backup.sent = backup.acked
    this.#pump(peer)
  }

  beat(): void {
    const [shard, { term }] = [this.#shard, this.lead]
    const now = this.#around.now()
    for (const [peer, backup] of this.#backups) {
      if (now - backup.movedAt >= RETRY * this.#around.options.failoverMs) {
        backup.sent = backup.acked
        backup.movedAt = now
      }
      this.#around.send(peer, { kind: 'beat', shard, term, op: this.table.op })
      this.#pump(peer)
    }
  }

  #pump(peer: PeerName): void {
    const backup = this.#backups.get(peer)!
    const first = this.table.op - this.#log.length + 1
    const bytesOf = (n: number): number => sizeOf(this.#log[n - first])
    if (backup.sent === backup.acked) backup.movedAt = this.#around.now()
    let flying = 0
    for (let n = backup.acked + 1; n <= backup.sent; n++) flying += bytesOf(n)
    while (backup.sent < this.table.op) {
      const n = backup.sent + 1
      const op = this.#log[n - first]!
      if (flying > 0 && flying + bytesOf(n) > WINDOW) return
      flying += bytesOf(n)
      backup.sent = n
      const [shard, { term }] = [this.#shard, this.lead]
      this.#around.send(peer, { kind: 'append', shard, term, n, op })
    }
  }

  #trim(): void {
    const { committed } = this
    const kept = this.table.op - committed
    if (this.#log.length > kept) this.#log = this.#log.slice(this.#log.length - kept)
    // Once nobody trains any more there is nothing that another primary would need, and backups go.
    const told = this.table.over ? this.table.op : committed
    while (this.#answers.length > 0 && this.#answers[0]!.op <= told) {
      this.#answers.shift()!.give()
    }
  }
}

/** About what an operation takes on the wire; never 0. */
const sizeOf = (op: Op | undefined): number => 1 + (op?.kind === 'push' ? op.bytes.byteLength : 0)
