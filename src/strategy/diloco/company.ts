/** The others as this peer's links show them: who is there, where each stands, and who closes rounds. */
import type { PeerName } from '../strategy.ts'
import type { Message, Stance } from './kinds.ts'

type Hello = Extract<Message, { kind: 'hello' }>

interface Other {
  stance: Stance
  trains: boolean
  joining: boolean
  leaving: boolean
  /** It has not closed a round that it should have: another one does. */
  suspected: boolean
}

/** True if `one` is of a longer history than `other`, or of an equal one that wins. */
export const isAhead = (one: Stance, other: Stance): boolean =>
  one.merit > other.merit || (one.merit === other.merit && one.id > other.id)

export class Company {
  readonly #self: PeerName
  readonly #others = new Map<PeerName, Other>()
  /** Those whose links broke, as they were: they may come back. */
  readonly #lost = new Map<PeerName, Other>()
  #wanted: ReadonlySet<PeerName> = new Set()
  /** Who made the last step: a majority of them goes on. */
  #quorum: readonly PeerName[] = []

  constructor(self: PeerName) {
    this.#self = self
  }

  want(peers: readonly PeerName[]): void {
    this.#wanted = new Set(peers)
    for (const peer of this.#lost.keys()) if (!this.#wanted.has(peer)) this.#lost.delete(peer)
  }

  isWanted(peer: PeerName): boolean {
    return this.#wanted.has(peer)
  }

  /** Every wanted peer has said hello. */
  get isComplete(): boolean {
    return [...this.#wanted].every((peer) => this.#others.has(peer))
  }

  /** Those who can be talked to. */
  get present(): readonly PeerName[] {
    return [...this.#others.keys()]
  }

  /** Those of them whose parts a round waits for. */
  get trainers(): readonly PeerName[] {
    return this.present.filter((peer) => this.#isTrainer(peer))
  }

  stanceOf(peer: PeerName): Stance | null {
    return this.#others.get(peer)?.stance ?? null
  }

  /**
   * All that are there, or were and are wanted, have come to this stance. `isEnd`: this very one, since no
   * more rounds follow; otherwise at least as far, or they leave, too.
   */
  isThrough(own: Stance, isEnd: boolean): boolean {
    const isDone = ({ leaving, stance }: Other): boolean =>
      isEnd ? stance.id === own.id : leaving || stance.round >= own.round
    // Whoever is through with the run and behind will not come back; whoever is ahead is still needed.
    const isGone = ({ leaving, stance }: Other): boolean =>
      leaving && !(isEnd && isAhead(stance, own))
    const lost = [...this.#lost].filter(([peer]) => this.#wanted.has(peer))
    return [...this.#others.values()].every(isDone) && lost.every(([, other]) => isGone(other))
  }

  isLeaving(peer: PeerName): boolean {
    return this.#others.get(peer)?.leaving === true
  }

  isJoining(peer: PeerName): boolean {
    return this.#others.get(peer)?.joining === true
  }

  /** True the first time on a connection. */
  greet(peer: PeerName, { stance, trains, joining, leaving }: Hello): boolean {
    const known = this.#others.get(peer)
    this.#lost.delete(peer)
    this.#others.set(peer, {
      stance: latest(known, stance),
      trains,
      joining,
      leaving: leaving || known?.leaving === true,
      suspected: false
    })
    return known === undefined
  }

  /** It has said something, so it is not hung. */
  heard(peer: PeerName, stance: Stance): void {
    const other = this.#others.get(peer)
    if (other === undefined) return
    other.stance = latest(other, stance)
    other.suspected = false
  }

  down(peer: PeerName): void {
    const other = this.#others.get(peer)
    this.#others.delete(peer)
    if (other !== undefined && this.#wanted.has(peer)) this.#lost.set(peer, other)
  }

  suspect(peer: PeerName): void {
    const other = this.#others.get(peer)
    if (other !== undefined) other.suspected = true
  }

  /** The first by name of all that train, this peer among them if it does; null: nobody does. */
  leader(selfTrains: boolean): PeerName | null {
    const able = this.trainers.filter((peer) => this.#others.get(peer)?.suspected === false)
    if (selfTrains) able.push(this.#self)
    return able.sort()[0] ?? null
  }

  /** Who has got furthest of those that are ahead of `own`, or null. */
  best(own: Stance, is: (stance: Stance) => boolean = () => true): PeerName | null {
    let best: { readonly peer: PeerName; readonly stance: Stance } | null = null
    for (const [peer, { stance, joining }] of this.#others) {
      if (joining || !isAhead(stance, best?.stance ?? own) || !is(stance)) continue
      best = { peer, stance }
    }
    return best?.peer ?? null
  }

  stepped(contributors: readonly PeerName[]): void {
    this.#quorum = contributors
  }

  /** It can reach a majority of those who made the last step; of two halves the one with the first name. */
  get isMajority(): boolean {
    const reached = this.#quorum.filter((peer) => peer === this.#self || this.#others.has(peer))
    const [first] = [...this.#quorum].sort()
    const twice = 2 * reached.length - this.#quorum.length
    return twice > 0 || (twice === 0 && (first === undefined || reached.includes(first)))
  }

  #isTrainer(peer: PeerName): boolean {
    const { trains, joining, leaving } = this.#others.get(peer)!
    return trains && !joining && !leaving
  }
}

/** On one connection nobody goes back: what says so has come twice, or late. */
const latest = (known: Pick<Other, 'stance'> | undefined, stance: Stance): Stance =>
  known !== undefined && isAhead(known.stance, stance) ? known.stance : stance
