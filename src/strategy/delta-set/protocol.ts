/**
 * The protocol half of delta-set (DESIGN 4.2). Deltas that come are checked, applied once and passed
 * on (inbox.ts, spread.ts), whatever this peer's own rounds are doing (rounds.ts).
 *
 * Invariants: a delta is shown to nobody before it is `persisted`; results come in the order of the
 * jobs; no own delta is encoded while a neighbour knows of a later one than this life does.
 */
import type { Sha256 } from '../context.ts'
import { Stage } from '../stage.ts'
import type {
  Components,
  Effect,
  Milliseconds,
  PeerName,
  Protocol,
  ProtocolEvent
} from '../strategy.ts'
import { Announcer } from './announcer.ts'
import { baseOf, payloadOf, readHead } from './body.ts'
import { Checkpoints } from './checkpoints.ts'
import { Comparisons } from './comparisons.ts'
import { Disputes } from './disputes.ts'
import { type HeldDelta, HeldDeltas } from './held-deltas.ts'
import { Inbox } from './inbox.ts'
import type { Application, DeltaKinds, Message, Result } from './kinds.ts'
import { OwnRecords } from './own-records.ts'
import { signaturesOf, verificationsOf } from './questions.ts'
import { Rounds } from './rounds.ts'
import type { RoundsOptions } from './rounds-parts.ts'
import { Snapshots, type SnapshotsOptions } from './snapshot/snapshots.ts'
import { Spread } from './spread.ts'

export interface DeltaProtocolOptions extends RoundsOptions, SnapshotsOptions {
  /** Of the deltas that are kept for others. */
  readonly logBytes: number
  /** Deltas that may be asked of one neighbour at a time. */
  readonly open: number
  /** Of a snapshot's chunks. */
  readonly sha256: Sha256
  /** Least time between two checkpoints. */
  readonly checkpointEvery: Milliseconds
}

/** How often requests are looked through, and how long they may take. */
const REQUEST_MS = 1000
const REQUEST_PATIENCE_MS = 5000

export class DeltaProtocol implements Protocol<DeltaKinds> {
  readonly #stage = new Stage<DeltaKinds>()
  readonly #verifications = verificationsOf(this.#stage)
  readonly #signatures = signaturesOf(this.#stage)
  readonly #held: HeldDeltas
  readonly #inbox: Inbox
  readonly #spread: Spread
  readonly #announcer: Announcer
  readonly #snapshots: Snapshots
  readonly #rounds: Rounds
  readonly #disputes: Disputes
  readonly #self: PeerName
  readonly #ownRecords = new OwnRecords()
  readonly #checkpoints: Checkpoints
  readonly #comparisons: Comparisons

  constructor(options: DeltaProtocolOptions, { self }: Components) {
    const stage = this.#stage
    this.#self = self
    this.#held = new HeldDeltas(options.logBytes)
    this.#inbox = new Inbox(options.manifest, this.#held, options.logBytes)
    const { open } = options
    this.#spread = new Spread({ held: this.#held, inbox: this.#inbox, stage, open })
    this.#announcer = new Announcer(stage, this.#spread)
    const parts = {
      self,
      stage,
      held: this.#held,
      spread: this.#spread,
      signatures: this.#signatures
    }
    const { manifest, parameters: length, sha256 } = options
    const verifications = this.#verifications
    this.#snapshots = new Snapshots(options, { ...parts, manifest, length, sha256, verifications })
    this.#disputes = new Disputes({
      manifest: options.manifest,
      self,
      stage,
      held: this.#held,
      spread: this.#spread,
      verifications: this.#verifications,
      recall: (seq) => this.#rounds.recall(seq),
      expel: (origin, from) => this.#expel(origin, from)
    })
    const { checkpointEvery: every, parameters } = options
    const { held } = parts
    this.#checkpoints = new Checkpoints({ stage, held, disputes: this.#disputes, every })
    this.#comparisons = new Comparisons({ stage, held, parameters })
    this.#rounds = new Rounds(options, {
      ...parts,
      snapshots: this.#snapshots,
      checkpoints: this.#checkpoints,
      comparisons: this.#comparisons,
      accept: (delta) => this.#accept(delta, false)
    })
  }

  handle(event: ProtocolEvent<DeltaKinds>, now: Milliseconds): ReadonlyArray<Effect<DeltaKinds>> {
    this.#stage.now = now
    if (this.#rounds.finished) return []
    this.#dispatch(event)
    this.#ownRecords.offer(this.#inbox, this.#held.seq(this.#self))
    const claims = this.#inbox.claims()
    if (claims.length > 0) this.#verifications.ask(claims, (valid) => this.#verified(valid))
    if (this.#rounds.between) this.#restore()
    this.#snapshots.consider()
    this.#announcer.proceed(this.#rounds.roundMs)
    this.#rounds.proceed()
    return this.#stage.take()
  }

  #dispatch(event: ProtocolEvent<DeltaKinds>): void {
    switch (event.type) {
      case 'started':
        this.#recall(event.records)
        this.#stage.timer('requests', REQUEST_MS)
        this.#rounds.start()
        break
      case 'neighbours':
        this.#spread.want(event.peers)
        this.#rounds.members(event.members)
        this.#snapshots.members(event.members)
        break
      case 'link':
        if (event.state === 'up') this.#linkUp(event.peer)
        else this.#linkDown(event.peer)
        break
      case 'received':
        this.#received(event.from, event.message)
        break
      case 'computed':
        this.#computed(event.result)
        break
      case 'signed':
        this.#signatures.answered(event.signature)
        break
      case 'persisted':
        if (event.record.kind === 'own') this.#rounds.persisted(event.record.delta)
        break
      case 'checkpointed':
        this.#checkpoints.concluded()
        break
      case 'training':
        this.#rounds.training(event.on)
        break
      case 'budget':
        this.#rounds.budget = event.budget
        break
      case 'verified':
        this.#verifications.answered(event.valid)
        break
      case 'timer':
        this.#timeUp(event.name)
        break
      case 'end':
        this.#rounds.end()
        break
      case 'leave':
        this.#rounds.leave()
        break
    }
  }

  #computed(result: Result): void {
    switch (result.kind) {
      case 'snapshot':
        this.#snapshots.computed(result)
        break
      case 'checkpoint':
        this.#rounds.copied(result.compute)
        break
      case 'hashed':
        this.#comparisons.hashed(result.hash)
        break
      default:
        this.#rounds.computed(result)
    }
  }

  /** Own deltas of earlier lives take their places once those before them are there. */
  #recall(records: ReadonlyArray<DeltaKinds['record']>): void {
    for (const record of records) {
      if (record.kind === 'checkpoint') {
        this.#checkpoints.restore(record)
        this.#rounds.resume(record)
      } else {
        this.#ownRecords.recall(record.delta)
        this.#rounds.recall(record.delta.seq)
      }
    }
  }

  #received(from: PeerName, message: Message): void {
    switch (message.kind) {
      case 'names':
        if (this.#spread.names(from, message)) this.#stage.reject(from, 'body')
        break
      case 'have':
        if (this.#spread.have(from, message)) this.#stage.reject(from, 'body')
        this.#disputes.compare(from, message.holdings)
        break
      case 'want':
        this.#spread.serve(from, message)
        break
      case 'delta':
        this.#arrived(from, message)
        break
      case 'ask-statement':
      case 'statement':
      case 'proof':
        this.#disputes.received(from, message)
        break
      default:
        if (this.#snapshots.received(from, message)) this.#stage.reject(from, 'body')
    }
  }

  #arrived(from: PeerName, message: Extract<Message, { kind: 'delta' }>): void {
    const { seq, signature, body } = message
    const origin = this.#spread.nameOf(from, message.origin)
    const head = readHead(body)
    if (origin === undefined || typeof head === 'string') {
      this.#stage.reject(from, 'body')
      return
    }
    if (!this.#spread.arrived(from, message)) return
    const delta = { origin, seq, signature, body }
    if (origin === from) this.#disputes.contradict(from, delta)
    this.#inbox.take({ delta, head, from })
  }

  #verified(valid: readonly boolean[]): void {
    const applied: Application[] = []
    for (const [i, { from, ...delta }] of this.#inbox.answered().entries()) {
      const { origin, seq, previous } = delta
      const base = baseOf(delta)
      // The head may have moved meanwhile, or one before it was wrong.
      if (seq <= this.#held.seq(origin) || seq > this.#held.last(origin)) continue
      if (previous !== this.#held.digestAt(origin, base)) continue
      if (valid[i] === true) {
        this.#takeBack(origin, base)
        applied.push(this.#accept(delta, origin === this.#self))
      } else if (from !== null) this.#disputes.suspect(from, origin, seq)
    }
    if (applied.length > 0) this.#stage.compute({ kind: 'apply', deltas: applied })
    this.#snapshots.progressed()
    this.#spread.ask()
  }

  /** An origin has voided what it has sent after `base`: mostly nothing. */
  #takeBack(origin: PeerName, base: number): void {
    const gone = this.#held.takeBack(origin, base) ?? []
    if (gone.length === 0) return
    this.#stage.compute({ kind: 'undo', payloads: gone.map(({ body }) => payloadOf(body)) })
  }

  /** Puts a delta that has been checked into the set. `recalled`: an own one of an earlier life. */
  #accept(delta: HeldDelta, recalled: boolean): Application {
    const { origin, head, body } = delta
    this.#held.add(delta)
    this.#disputes.remember(delta)
    this.#spread.note(origin)
    this.#rounds.heard(origin, head)
    return {
      payload: payloadOf(body),
      own: origin === this.#self,
      recalled,
      weight: head.weight,
      steps: head.steps,
      origins: this.#rounds.sharers(head)
    }
  }

  /** Nothing of this origin counts from this number on. */
  #expel(origin: PeerName, from: number): void {
    this.#inbox.drop(origin, from)
    this.#spread.trust(origin)
    this.#rounds.expel(origin)
  }

  #linkUp(peer: PeerName): void {
    this.#spread.linkUp(peer)
    this.#disputes.linkUp(peer)
  }

  #linkDown(peer: PeerName): void {
    this.#disputes.linkDown(peer)
    this.#snapshots.linkDown(peer)
    this.#spread.linkDown(peer)
  }

  /** Takes a snapshot, if one has come. */
  #restore(): void {
    const restored = (): void => {
      this.#inbox.clean()
      this.#rounds.restored()
    }
    const { fresh, share } = this.#rounds
    this.#snapshots.proceed({ fresh, share, restored })
  }

  #timeUp(name: string): void {
    this.#announcer.timeUp(name)
    if (name === 'requests') {
      this.#inbox.clean()
      this.#spread.expire(this.#stage.now - REQUEST_PATIENCE_MS)
      this.#disputes.renew(this.#stage.now - REQUEST_PATIENCE_MS)
      this.#snapshots.tick()
      this.#stage.timer('requests', REQUEST_MS)
    }
    this.#snapshots.timeUp(name)
    this.#rounds.timeUp(name)
  }
}
