/** Brings a scenario's faults about, at their virtual times, from the scenario's seed. */
import type { Random } from '../../random.ts'
import type { FaultEntry } from '../../storage/results.ts'
import type { Milliseconds } from '../../strategy/strategy.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import type { Fault } from './fault-schema.ts'

type Churn = Extract<Fault, { kind: 'churn' }>
type Partition = Extract<Fault, { kind: 'partition' }>

/** What faults do to the swarm. Each answers whether it happened: a peer may have finished by then. */
export interface Victims {
  arrive(peer: number): boolean
  /** `gone` is called when it has parted from the others. */
  leave(peer: number, gone: () => void): boolean
  crash(peer: number, lost: boolean): boolean
  /** Puts every peer on a side; frames pass within a side only. */
  divide(sideOf: (peer: number) => number): void
}

/** An entry per peer and event; beyond this many only the counts go on. */
const MAX_LOG = 10_000

export class FaultInjector {
  readonly counts: Record<string, number> = {}
  readonly log: FaultEntry[] = []
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #victims: Victims
  readonly #partitions = new Set<Partition>()
  readonly #peers: number
  /** When those come that are not there from the beginning. */
  readonly #joins = new Map<number, Milliseconds>()
  /** Comings that are on the calendar: while there are any, the swarm is not at its end. */
  #awaited = 0

  constructor(clock: VirtualClock, random: Random, peers: number, victims: Victims) {
    this.#clock = clock
    this.#random = random
    this.#peers = peers
    this.#victims = victims
  }

  get awaited(): number {
    return this.#awaited
  }

  /** Called once, before the first peer starts. */
  schedule(faults: readonly Fault[]): void {
    // At one moment a coming is before a going, in whichever order the scenario lists them.
    for (const fault of faults) this.#scheduleComings(fault)
    for (const fault of faults) {
      switch (fault.kind) {
        case 'join':
          break
        case 'leave':
        case 'crash':
          for (const peer of fault.peers) this.#goAt(peer, fault)
          break
        case 'churn':
          for (const peer of fault.peers ?? Array.from({ length: this.#peers }, (_, i) => i)) {
            this.#churn(peer, fault, this.#random.fork('churn').fork(peer))
          }
          break
        case 'partition':
          this.#at(fault.fromMs, () => this.#divide(fault, true))
          if (fault.toMs !== null) this.#at(fault.toMs, () => this.#divide(fault, false))
          break
      }
    }
  }

  #scheduleComings(fault: Fault): void {
    if (fault.kind === 'join') {
      for (const peer of fault.peers) {
        this.#joins.set(peer, fault.atMs)
        this.#arriveAt(peer, fault.atMs, 'joined', null)
      }
    } else if ((fault.kind === 'leave' || fault.kind === 'crash') && fault.returnMs !== null) {
      for (const peer of fault.peers) {
        this.#arriveAt(peer, fault.returnMs, 'returned', stateText(loses(fault)))
      }
    }
  }

  #at(moment: Milliseconds, run: () => void): void {
    this.#clock.after(Math.max(0, moment - this.#clock.now), run)
  }

  #note(peer: number | null, event: FaultEntry['event'], detail: string | null): void {
    this.counts[event] = (this.counts[event] ?? 0) + 1
    if (this.log.length < MAX_LOG) this.log.push({ atMs: this.#clock.now, peer, event, detail })
  }

  #arriveAt(
    peer: number,
    moment: Milliseconds,
    event: 'joined' | 'returned',
    detail: string | null,
    then: () => void = () => {}
  ): void {
    this.#awaited++
    this.#at(moment, () => {
      this.#awaited--
      if (!this.#victims.arrive(peer)) return
      this.#note(peer, event, detail)
      then()
    })
  }

  #goAt(peer: number, fault: Extract<Fault, { kind: 'leave' | 'crash' }>): void {
    this.#at(fault.atMs, () => this.#go(peer, fault.kind === 'crash', loses(fault), () => {}))
  }

  #go(peer: number, crash: boolean, lost: boolean, gone: () => void): void {
    const happened = crash
      ? this.#victims.crash(peer, lost)
      : this.#victims.leave(peer, () => {
          this.#note(peer, 'left', null)
          gone()
        })
    if (!happened || !crash) return
    this.#note(peer, 'crashed', null)
    gone()
  }

  /** There and away by turns, each for an exponentially distributed time. */
  #churn(peer: number, fault: Churn, random: Random): void {
    const drawn = (mean: Milliseconds): Milliseconds => -mean * Math.log(1 - random.next())
    const goLater = (from: Milliseconds): void => {
      const moment = from + drawn(fault.meanUpMs)
      if (fault.toMs !== null && moment >= fault.toMs) return
      this.#at(moment, () => {
        const crash = random.next() < fault.crashes
        const lost = crash && random.next() < fault.losses
        const away = drawn(fault.meanAwayMs)
        this.#go(peer, crash, lost, () => {
          const back = this.#clock.now + away
          this.#arriveAt(peer, back, 'returned', stateText(lost), () => goLater(back))
        })
      })
    }
    goLater(Math.max(fault.fromMs, this.#joins.get(peer) ?? 0))
  }

  #divide(fault: Partition, on: boolean): void {
    if (on) this.#partitions.add(fault)
    else this.#partitions.delete(fault)
    const sides = [...this.#partitions].map(({ groups }) => sidesOf(groups, this.#peers))
    const names = Array.from({ length: this.#peers }, (_, peer) =>
      sides.map((side) => side[peer]).join()
    )
    const numbers = new Map([...new Set(names)].map((name, index) => [name, index]))
    this.#victims.divide((peer) => numbers.get(names[peer]!)!)
    const detail = fault.groups.map((group) => group.join(' ')).join(' | ')
    this.#note(null, on ? 'partitioned' : 'healed', detail)
  }
}

const loses = (fault: Extract<Fault, { kind: 'leave' | 'crash' }>): boolean =>
  fault.kind === 'crash' && fault.state === 'lost'

const stateText = (lost: boolean): string => (lost ? 'without its state' : 'with its replica')

/** The group of every peer; those that are in none form the last one. */
const sidesOf = (groups: ReadonlyArray<readonly number[]>, peers: number): Int32Array => {
  const sides = new Int32Array(peers).fill(groups.length)
  groups.forEach((group, index) => {
    for (const peer of group) sides[peer] = index
  })
  return sides
}
