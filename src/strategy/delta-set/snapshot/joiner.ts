/**
 * Asks for a snapshot when deltas are missing that no neighbour can serve (after joining late, a long
 * absence, a partition that has outlasted the log), and when an equivocator's are to go and cannot.
 */
import type { Milliseconds, PeerName } from '../../strategy.ts'
import { rootOf } from '../replica-hash.ts'
import { cutFrom, samplesOf, snapshotId } from './cut.ts'
import { Fetch, type Offer } from './fetch.ts'
import { type Comparison, compareWith, isBetter } from './merit.ts'
import type { SnapshotMessage } from './messages.ts'
import type { SnapshotParts } from './parts.ts'

/** How long an offer may take. */
const OFFER_PATIENCE_MS = 10_000
/** How long a neighbour is left alone that had nothing better to offer, and one that has failed. */
const WORSE_MS = 10_000
const FAILED_MS = 30_000
/** How long one is left alone whose snapshot nobody else has confirmed: twice as long each time. */
const UNCONFIRMED_MS = 500
/** How long a peer that has nothing to lose looks for more signatures. */
const CONFIRM_PATIENCE_MS = 10_000
/** After so long without a snapshot under way the next one begins anew. */
const PAUSE_MS = 60_000
/** A peer that nobody has followed for so long gives in. */
const STRANDED_MS = 30_000
/** Nobody gives in to peers that have less than this share of what it has. */
const LEAST_SHARE = 1 / 2
/** Looking through what all neighbours have takes a while, in a large swarm. */
const LOOK_GAP_MS = 100
/** How often what is under way is looked after. */
const FETCH_TICK_MS = 200

export const FETCH_TIMER = 'fetch'

export class Joiner {
  /** Signatures that are wanted. */
  wanted = 1
  /** This peer has not trained yet. */
  fresh = true
  readonly #parts: SnapshotParts
  #asked: { readonly peer: PeerName; readonly at: Milliseconds } | null = null
  /** An offer whose signature is being checked. */
  #checking = false
  #fetch: Fetch | null = null
  readonly #avoided = new Map<PeerName, Milliseconds>()
  /** Neighbours that had nothing better to offer than what this peer has now. */
  readonly #worse = new Set<PeerName>()
  /** How often a neighbour's snapshot was not confirmed. */
  readonly #unconfirmed = new Map<PeerName, number>()
  #lookedAt = -Infinity
  /** Since when signatures are looked for that have not been found, and when a snapshot was last under way. */
  #tryingSince: Milliseconds | null = null
  #triedAt = -Infinity
  /** Since when nobody has what this peer has. */
  #strandedSince: Milliseconds | null = null

  constructor(parts: SnapshotParts) {
    this.#parts = parts
  }

  /** One has been asked for, or is on its way here. */
  get busy(): boolean {
    return this.#asked !== null || this.#checking || this.#fetch !== null
  }

  /** What is under way. */
  get fetch(): Fetch | null {
    return this.#fetch
  }

  /** What can be taken now. */
  get ready(): Fetch | null {
    const fetch = this.#fetch
    if (fetch === null || !fetch.complete) return null
    const comparison = this.compare(fetch.offer)
    if (!this.#isWorthIt(fetch.offer, comparison)) return null
    if (fetch.confirmed) return fetch
    if (!this.#impatient || fetch.disputed) return null
    // Against others' word, or without it, only by those who lose nothing by it.
    return this.#losesNothing(comparison) || fetch.unanimous ? fetch : null
  }

  compare({ cut, unservable }: Pick<Offer, 'cut' | 'unservable'>): Comparison {
    return compareWith(this.#parts.held, cut, unservable)
  }

  /** Neighbours that have what nobody can serve, and may have the better replica. */
  get promising(): number {
    const { spread } = this.#parts
    if (!spread.suspicious) return 0
    return [...spread.unservable().keys()].filter((peer) => !this.#worse.has(peer)).length
  }

  /** Looks for a neighbour that has what nobody can serve. */
  consider(): void {
    if (this.busy) return
    const { spread, stage, held } = this.#parts
    if (!spread.suspicious && !this.#givesIn && !held.overrun) return
    if (stage.now < this.#lookedAt + LOOK_GAP_MS) return
    this.#lookedAt = stage.now
    const peer = this.#candidate()
    if (peer === null) return
    this.#asked = { peer, at: stage.now }
    stage.send(peer, { kind: 'snapshot-ask' })
  }

  tick(): void {
    const { spread, stage } = this.#parts
    if (this.#asked !== null && stage.now - this.#asked.at > OFFER_PATIENCE_MS) {
      this.#avoid(this.#asked.peer, FAILED_MS)
    }
    if (!spread.stranded) this.#strandedSince = null
    else this.#strandedSince ??= stage.now
    this.consider()
  }

  lookAfter(): void {
    const fetch = this.#fetch
    if (fetch === null) return
    fetch.tick()
    const { from } = fetch.offer
    const { unconfirmed } = fetch
    const comparison = this.compare(fetch.offer)
    const acceptable = this.#impatient && this.#losesNothing(comparison)
    if (acceptable) fetch.hurry()
    // A newer one may be within more neighbours' reach.
    const stale = fetch.eager ? fetch.complete && !acceptable : true
    if (fetch.deserted || (unconfirmed && fetch.disputed)) this.#abandon(from, FAILED_MS)
    else if (!this.#isWorthIt(fetch.offer, comparison)) this.#abandon(from, WORSE_MS)
    else if (unconfirmed && !fetch.unanimous && stale) this.#abandonUnconfirmed(from)
    else this.#parts.stage.timer(FETCH_TIMER, FETCH_TICK_MS)
  }

  /** Another replica is there now. */
  restored(peer: PeerName): void {
    this.#worse.delete(peer)
  }

  linkDown(peer: PeerName): void {
    this.#worse.delete(peer)
    if (this.#asked?.peer === peer) this.#asked = null
    this.#avoided.delete(peer)
    this.#unconfirmed.delete(peer)
    this.#fetch?.linkDown(peer)
  }

  /** True: the message makes no sense. */
  offered(
    from: PeerName,
    { lines, hashes, signature }: Extract<SnapshotMessage, { kind: 'snapshot-offer' }>
  ): boolean {
    if (this.#asked?.peer !== from || this.#checking) return false
    const { manifest, spread, held } = this.#parts
    const cut = cutFrom(lines, (number) => spread.nameOf(from, number))
    if (cut === null) {
      this.#avoid(from, FAILED_MS)
      return true
    }
    const unservable = new Set([...spread.unservable().values()].flat())
    const allowed = [...cut].every(([origin, { seq }]) => seq <= held.last(origin))
    const isWorthIt = this.#isWorthIt({ cut }, this.compare({ cut, unservable }))
    if (!isWorthIt) this.#worse.add(from)
    if (!allowed || !isWorthIt) {
      this.#avoid(from, WORSE_MS)
      return false
    }
    const root = rootOf(hashes)
    const id = snapshotId(manifest, cut, root)
    const { wanted } = this
    this.#check({ from, id, cut, hashes, root, unservable, wanted }, signature)
    return false
  }

  /** It has been taken. Who took it unconfirmed, after a wait, need not wait again for the next one. */
  done(): void {
    if (this.#fetch?.confirmed === true) this.#tryingSince = null
    this.#end()
    this.#strandedSince = null
    this.#unconfirmed.clear()
    this.#worse.clear()
  }

  #check(offer: Offer, signature: Uint8Array<ArrayBuffer>): void {
    const { verifications, stage } = this.#parts
    const { from: signer, id: digest } = offer
    this.#checking = true
    verifications.ask([{ signer, digest, signature }], ([valid]) => {
      this.#checking = false
      this.#asked = null
      if (valid === true) {
        this.#begin(offer)
        return
      }
      this.#avoid(signer, FAILED_MS)
      stage.reject(signer, 'signature')
    })
  }

  #begin(offer: Offer): void {
    const { stage } = this.#parts
    if (stage.now - this.#triedAt > PAUSE_MS) this.#tryingSince = null
    // What nobody else confirms is not fetched again and again.
    const eager = this.fresh && this.#tryingSince === null
    this.#tryingSince ??= stage.now
    this.#triedAt = stage.now
    this.#fetch = new Fetch(this.#parts, offer, eager)
    this.#parts.held.expect(offer.cut)
    stage.timer(FETCH_TIMER, FETCH_TICK_MS)
  }

  /** Of the neighbours that have what nobody can serve, the one that has the most of it. */
  #candidate(): PeerName | null {
    const { spread, held } = this.#parts
    const unservable = spread.unservable()
    // Whoever could give back in time what a proof forbids has a replica without it.
    const peers = this.#givesIn || held.overrun ? spread.peers : unservable.keys()
    const [first, ...others] = [...peers].filter((peer) => !this.#isAvoided(peer))
    if (first === undefined) return null
    const has = (peer: PeerName): number => unservable.get(peer)?.length ?? 0
    return others.reduce((a, b) => (has(b) > has(a) ? b : a), first)
  }

  /** It has not trained, and all that it has stays. */
  #losesNothing({ lost }: Comparison): boolean {
    return this.fresh && lost.length === 0
  }

  #isWorthIt({ cut }: Pick<Offer, 'cut'>, comparison: Comparison): boolean {
    if (isBetter(comparison)) return true
    return this.#givesIn && samplesOf(cut) >= LEAST_SHARE * this.#parts.held.samples
  }

  /** True once nobody has followed this peer for long: it follows the others, then. */
  get #givesIn(): boolean {
    const since = this.#strandedSince
    return since !== null && this.#parts.stage.now - since >= STRANDED_MS
  }

  /** True once signatures have been looked for long enough, with one snapshot or several. */
  get #impatient(): boolean {
    const since = this.#tryingSince
    return since !== null && this.#parts.stage.now - since >= CONFIRM_PATIENCE_MS
  }

  #abandonUnconfirmed(from: PeerName): void {
    const times = this.#unconfirmed.get(from) ?? 0
    this.#unconfirmed.set(from, times + 1)
    this.#abandon(from, Math.min(FAILED_MS, UNCONFIRMED_MS * 2 ** times))
  }

  /** Another neighbour may do better. */
  #abandon(from: PeerName, forMs: Milliseconds): void {
    this.#end()
    this.#avoid(from, forMs)
  }

  #end(): void {
    this.#fetch = null
    this.#parts.held.expect(null)
    this.#parts.stage.emit({ type: 'joining', progress: null })
  }

  #avoid(peer: PeerName, forMs: Milliseconds): void {
    this.#avoided.set(peer, this.#parts.stage.now + forMs)
    if (this.#asked?.peer === peer) this.#asked = null
  }

  #isAvoided(peer: PeerName): boolean {
    return (this.#avoided.get(peer) ?? -Infinity) > this.#parts.stage.now
  }
}
