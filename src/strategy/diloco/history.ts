/**
 * Which of two histories goes on, where there are two: the one of more parts, and of equal ones that of
 * the larger id. A peer that has the other one, or has fallen behind, takes the state of somebody whose
 * history it is.
 */
import type { Milliseconds, PeerName } from '../strategy.ts'
import { type Company, isAhead } from './company.ts'
import { Fetch, type Fetched } from './fetch.ts'
import type { Message, Stance } from './kinds.ts'
import type { Situation } from './situation.ts'
import type { Steps } from './steps.ts'

export class History {
  readonly #situation: Situation
  readonly #company: Company
  readonly #steps: Pick<Steps, 'isExpecting'>
  readonly #fetch = new Fetch()
  /** How long another peer may take, for what is on its way and for a state. */
  readonly #patience: Milliseconds
  /** Time has been given for what is on its way. */
  #lagging = false

  constructor(
    situation: Situation,
    company: Company,
    steps: Pick<Steps, 'isExpecting'>,
    patience: Milliseconds
  ) {
    this.#situation = situation
    this.#company = company
    this.#steps = steps
    this.#patience = patience
  }

  get isFetching(): boolean {
    return this.#fetch.isUnderWay
  }

  /** Looks whether a peer has a history that this one should have. */
  compare(peer: PeerName): void {
    const { stance: own, phase } = this.#situation
    const theirs = this.#company.stanceOf(peer)
    if (theirs === null || own === null || (phase !== 'running' && phase !== 'leaving')) return
    if (this.#company.isJoining(peer) || !isAhead(theirs, own)) return
    // In one history nobody has made more of fewer rounds, nor something else of as many.
    const isOther = theirs.round === own.round ? theirs.id !== own.id : theirs.round < own.round
    // What the next round needs is on its way, as a rule; what came before it is not said again, nor is anything
    // by those who leave.
    const isFar = theirs.round > own.round + 1 || this.#company.isLeaving(peer)
    const isLost = isFar && !this.#steps.isExpecting
    if (isOther || isLost || phase === 'leaving') this.#ask(peer)
    else if (theirs.round > own.round) this.#lag()
  }

  compareAll(): void {
    for (const peer of this.#company.present) this.compare(peer)
  }

  /** Asks for a state where somebody has made more of it than `own`; false: nobody has. */
  join(own: Stance): boolean {
    if (this.#fetch.isUnderWay) return true
    const best = this.#company.best(own, ({ merit }) => merit > own.merit)
    if (best !== null) this.#ask(best)
    return best !== null
  }

  /** The state that has been asked for, once it is whole. */
  take(from: PeerName, message: Extract<Message, { kind: 'state' }>): Fetched | null {
    return this.#fetch.take(from, message)
  }

  /** True if it was to give a state, and will not. */
  lost(peer: PeerName): boolean {
    return this.#fetch.lost(peer)
  }

  /** True if a state has not come in time. */
  timeUp(name: string): boolean {
    if (name === 'lag') this.#catchUp()
    if (name !== 'fetch' || !this.#fetch.isUnderWay) return false
    this.#fetch.end()
    return true
  }

  /** What a peer that is ahead knows more is on its way, as a rule. */
  #lag(): void {
    if (this.#lagging) return
    this.#lagging = true
    this.#situation.timer('lag', this.#patience)
  }

  #catchUp(): void {
    this.#lagging = false
    const { stance: own, phase } = this.#situation
    if (own === null || phase !== 'running') return
    const best = this.#company.best(own, ({ round }) => round > own.round)
    if (best !== null) this.#ask(best)
  }

  #ask(peer: PeerName): void {
    if (this.#fetch.isUnderWay) return
    this.#fetch.begin(peer)
    this.#situation.send(peer, { kind: 'ask' })
    this.#situation.timer('fetch', this.#patience)
  }
}
