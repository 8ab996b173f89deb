/**
 * How the peers agree of which parts an outer step is made. The first by name of those who train closes
 * a round: it names the parts once all have come, or at a deadline. Whoever lacks one of them asks for it.
 * When the one that closes goes, all tell each other what it has closed last, and after a moment the next
 * by name closes. What this cannot exclude, two closes of one round, is what history.ts is for.
 */
import { Attendance } from '../attendance.ts'
import type { PaceLimits } from '../pace.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Company } from './company.ts'
import type { Entry, Message, Part, Stance } from './kinds.ts'
import { MAX_PARTS } from './limits.ts'
import { Shelf } from './shelf.ts'
import type { Situation } from './situation.ts'

export type Close = Extract<Message, { kind: 'close' }>

export interface StepOptions {
  /** Rounds that a part may be late. */
  readonly staleness: number
  readonly deadline: PaceLimits
  /** How long to wait for a majority. */
  readonly minorityPatience: Milliseconds
}

/** Rounds ahead of which closes are kept. */
const MOST_CLOSES = 8

/** Times that parts of a close are asked for. */
const MOST_ASKED = 2

export class Steps {
  readonly #options: StepOptions
  readonly #situation: Situation
  readonly #company: Company
  readonly #apply: (close: Close, parts: readonly Part[]) => void
  readonly #attendance: Attendance
  readonly #shelf = new Shelf()
  /** A part of this round is there: the others are waited for. */
  #open = false
  #overdue = false
  /** The one that closes is another since a moment ago: what the one before has closed may be on its way. */
  #handover = false
  /** Since this round a majority has been waited for; and the wait is over. */
  #minority: number | null = null
  #alone = false
  /** A close whose parts are not all there, whose it is, and how often they have been asked for. */
  #pending: { readonly close: Close; readonly from: PeerName; asked: number } | null = null
  /** One that came from somebody who does not close rounds, as this peer sees it. */
  #foreign: { readonly close: Close; readonly from: PeerName } | null = null
  /** Of rounds to come, by round. */
  readonly #closes = new Map<number, { readonly close: Close; readonly from: PeerName }>()
  #last: Close | null = null

  /** `apply` is told once all parts of a step are there. */
  constructor(
    options: StepOptions,
    situation: Situation,
    company: Company,
    apply: (close: Close, parts: readonly Part[]) => void
  ) {
    this.#options = options
    this.#situation = situation
    this.#company = company
    this.#apply = apply
    this.#attendance = new Attendance(options.deadline)
  }

  /** This peer's own part of this round is made. */
  get hasOwn(): boolean {
    const { self, stance } = this.#situation
    return stance !== null && this.#shelf.has(self, stance)
  }

  /** The close of this round is here, and waits for parts that it names. */
  get isPending(): boolean {
    return this.#pending !== null
  }

  /** The same, and nothing has been asked for yet: they are on their way, as a rule. */
  get isExpecting(): boolean {
    return this.#pending?.asked === 0
  }

  begin(): void {
    this.#open = false
    this.#overdue = false
    this.#alone = false
    this.#attendance.close()
    this.#attendance.open()
  }

  /** This peer knows where it stands: parts and closes of this round may have come before. */
  settled(): void {
    const { self, stance } = this.#situation
    if (stance === null) return
    const peers = [...this.#company.present, self]
    if (peers.some((peer) => this.#shelf.has(peer, stance))) this.#expect(stance)
    const early = this.#closes.get(stance.round)
    for (const round of this.#closes.keys()) if (round <= stance.round) this.#closes.delete(round)
    if (early !== undefined && this.#pending === null) this.closed(early.from, early.close)
    this.goOn()
  }

  /** What went to everybody before this link was there. `round`: the other end's. */
  greet(peer: PeerName, round: number): void {
    const { self, stance } = this.#situation
    if (stance === null) return
    if (round === stance.round - 1 && this.#last !== null) this.#situation.send(peer, this.#last)
    this.give(peer, { origin: self, round: stance.round, base: stance.id })
  }

  /** A part has come, or (from this peer itself) is made. `origin`: whose it is, where it is passed on. */
  take(from: PeerName, origin: PeerName | null, part: Part): void {
    const wanted = this.#pending?.close.entries.some(
      ({ origin: of, round, base }) => of === origin && round === part.round && base === part.base
    )
    // Nobody passes on what was not asked for.
    if (origin !== null && wanted !== true) return
    if (!this.#shelf.put(origin ?? from, part)) return
    if (origin === null) this.#arrived(from, part)
    this.goOn()
  }

  give(to: PeerName, entry: Entry): void {
    const part = this.#shelf.get(entry)
    const { stance, self } = this.#situation
    if (part === null || stance === null) return
    const origin = entry.origin === self ? null : entry.origin
    this.#situation.send(to, { kind: 'part', stance, origin, part })
  }

  closed(from: PeerName, close: Close): void {
    const { round } = this.#situation
    const isLeaders = from === this.#company.leader(this.#situation.trains)
    // Nobody else puts another in the place of what the one that closes has said.
    if (close.stance.round > round && (isLeaders || !this.#closes.has(close.stance.round))) {
      this.#closes.set(close.stance.round, { from, close })
      if (this.#closes.size > MOST_CLOSES) this.#closes.delete(Math.max(...this.#closes.keys()))
    }
    if (close.stance.round !== round) return
    if (isLeaders) {
      this.#accept(from, close)
      return
    }
    // It sees others than this peer does: one of the two will see what the other sees, or time passes.
    this.#foreign = { from, close }
    this.#timer('foreign', this.#options.deadline.ceiling)
  }

  /** Its part will not come. */
  absent(peer: PeerName): void {
    this.#attendance.lost(peer)
    this.goOn()
  }

  linkDown(peer: PeerName): void {
    const wasLeader = this.#company.leader(this.#situation.trains) === peer
    this.#company.down(peer)
    this.#shelf.lost(peer, this.#situation.round)
    if (wasLeader) {
      this.handOver()
      this.#acceptForeign()
    }
    this.absent(peer)
  }

  handOver(): void {
    if (this.#last !== null) this.#situation.broadcast(this.#last)
    this.#handover = true
    this.#timer('handover', this.#options.deadline.floor)
  }

  /** Another history goes on. */
  forget(): void {
    this.#shelf.turn(this.#situation.round)
    this.#attendance.clear()
    this.#pending = null
    this.#foreign = null
    this.#last = null
  }

  timeUp(name: string): void {
    const { round } = this.#situation
    if (name === `round-${round}`) this.#overdue = true
    if (name === 'handover') this.#handover = false
    if (name === `minority-${round}`) this.#alone = true
    if (name === `leader-${round}`) this.#suspectLeader()
    if (name === 'want') this.#wantOn()
    if (name === 'foreign' && this.#pending === null) this.#acceptForeign()
    this.goOn()
  }

  /** Makes the step that can be made. */
  goOn(): void {
    const { stance, phase } = this.#situation
    if (stance === null || phase !== 'running') return
    if (this.#pending !== null) this.#tryPending(this.#pending.close)
    else this.#tryClose()
  }

  #accept(from: PeerName, close: Close): void {
    this.#foreign = null
    this.#pending = { close, from, asked: 0 }
    // A close overtakes the parts that it names.
    this.#timer('want', this.#options.deadline.floor)
    this.goOn()
  }

  #acceptForeign(): void {
    const foreign = this.#foreign
    this.#foreign = null
    if (foreign?.close.stance.round === this.#situation.round) {
      this.#accept(foreign.from, foreign.close)
    }
  }

  #tryPending(close: Close): void {
    const { stance, round } = this.#situation
    if (close.stance.round !== round || close.stance.id !== stance!.id) this.#pending = null
    else if (this.#missing(close).length === 0) this.#step(close)
  }

  /** Names the parts of this round's step, where that is this peer's to do and the time has come. */
  #tryClose(): void {
    const { self, trains, round, stance } = this.#situation
    if (!this.#open || this.#handover || this.#company.leader(trains) !== self) return
    if (this.#attendance.isWaiting && !this.#overdue) return
    if (!this.#company.isMajority && !this.#alone) {
      if (this.#minority !== round) {
        this.#minority = round
        this.#timer(`minority-${round}`, this.#options.minorityPatience)
      }
      return
    }
    const entries = this.#shelf.usable(stance!, this.#options.staleness).slice(0, MAX_PARTS)
    if (entries.length === 0) return
    const close: Close = { kind: 'close', stance: stance!, entries }
    this.#situation.broadcast(close)
    this.#step(close)
  }

  #step(close: Close): void {
    const { entries } = close
    const parts = entries.map((entry) => this.#shelf.get(entry)!)
    this.#pending = null
    this.#last = close
    this.#shelf.use(entries, this.#situation.round - this.#options.staleness)
    this.#apply(close, parts)
  }

  /** Its part of a round has come, this round's or an older one's. */
  #arrived(peer: PeerName, { round, base }: Part): void {
    const { stance, phase } = this.#situation
    if (phase !== 'running') return
    const isOfNow = stance !== null && round === stance.round && base === stance.id
    if (isOfNow) this.#expect(stance)
    if (isOfNow || this.#attendance.isLate(peer)) this.#settle(peer)
  }

  /** The others of this round are waited for from its first part on. */
  #expect(stance: Stance): void {
    if (this.#open) return
    this.#open = true
    const { self, trains, round } = this.#situation
    const trainers = trains ? [...this.#company.trainers, self] : this.#company.trainers
    const punctual = trainers.filter((peer) => !this.#attendance.isLate(peer))
    // A few that are ahead of the most would go on without them, and nobody could ever catch up.
    const partners = 2 * punctual.length > trainers.length ? punctual : trainers
    for (const peer of partners) {
      this.#attendance.expect(peer, this.#situation.now)
      if (this.#shelf.has(peer, stance)) this.#settle(peer)
    }
    const { deadline } = this.#options
    this.#timer(`round-${round}`, this.#attendance.wait(partners, false) ?? deadline.floor)
    this.#timer(`leader-${round}`, 2 * deadline.ceiling)
  }

  #settle(peer: PeerName): void {
    this.#attendance.settle(peer, true, this.#situation.now)
  }

  #suspectLeader(): void {
    const { self, trains, round } = this.#situation
    const leader = this.#company.leader(trains)
    if (leader === null || leader === self) return
    this.#company.suspect(leader)
    this.handOver()
    this.#timer(`leader-${round}`, 2 * this.#options.deadline.ceiling)
  }

  /** Asks whoever has named these parts for those that have not come, then everybody, then does without. */
  #wantOn(): void {
    const pending = this.#pending
    if (pending === null) return
    const { close, from } = pending
    for (const entry of this.#missing(close)) {
      if (pending.asked === 0) this.#situation.send(from, { kind: 'want', ...entry })
      else this.#situation.broadcast({ kind: 'want', ...entry })
    }
    if (++pending.asked > MOST_ASKED) this.#pending = null
    else this.#timer('want', this.#options.deadline.ceiling)
  }

  #missing({ entries }: Close): readonly Entry[] {
    return entries.filter((entry) => this.#shelf.get(entry) === null)
  }

  #timer(name: string, after: Milliseconds): void {
    this.#situation.timer(name, after)
  }
}
