/** When a peer's next round may begin, and how many steps it has: learned from the others' deltas. */
import { Pace, type PaceLimits } from '../pace.ts'
import type { Milliseconds, PeerName } from '../strategy.ts'
import type { Activity } from './activity.ts'

/** Round times that an origin may be silent before nobody waits for it any more. */
const MISSED_AFTER = 5
/** Round times that an origin is counted as training: over three, losses look like absences. */
const COUNTED_FOR = 20
const SMOOTHING = 1 / 8
/** Within this factor of the median two peers are as fast as each other. */
const SAME_SPEED = 1.5
/** A fast peer's steps in a round, in units of the usual number. */
const MOST_STEPS = 2

export interface RoundTimes {
  /** Of one local step; 0: not known yet. */
  readonly stepMs: Milliseconds
  /** What a round takes beside its local steps. */
  readonly waitMs: Milliseconds
}

/** What outlives a restart; null: not known yet. How long the others take is learned anew. */
export interface SavedPace {
  readonly stepMs: Milliseconds | null
  readonly roundMs: Milliseconds | null
  readonly steps: number
}

export class RoundPace {
  readonly #activity: Activity
  readonly #pace: Pace
  #stepMs: Milliseconds | null = null
  #roundMs: Milliseconds | null = null
  #begun: Milliseconds | null = null
  #published: Milliseconds | null = null
  /** Local steps of the latest round. */
  #steps = 0
  /** Who has been waited for in vain, since when: heard late, they still teach the pace. */
  readonly #late = new Map<PeerName, Milliseconds>()

  constructor(activity: Activity, limits: PaceLimits) {
    this.#activity = activity
    this.#pace = new Pace(limits)
  }

  save(): SavedPace {
    return { stepMs: this.#stepMs, roundMs: this.#roundMs, steps: this.#steps }
  }

  restore({ stepMs, roundMs, steps }: SavedPace): void {
    this.#stepMs = stepMs
    this.#roundMs = roundMs
    this.#steps = steps
  }

  get stepMs(): Milliseconds {
    return this.#stepMs ?? 0
  }

  get times(): RoundTimes {
    const trainingMs = this.#steps * this.stepMs
    return { stepMs: this.stepMs, waitMs: Math.max(0, (this.#roundMs ?? 0) - trainingMs) }
  }

  /** What a round takes, from one beginning to the next. */
  get roundMs(): Milliseconds | null {
    return this.#roundMs
  }

  /** Origins that train, without this peer. */
  trainers(now: Milliseconds): readonly PeerName[] {
    return this.#activity.within(COUNTED_FOR, this.#usual, now)
  }

  /** `missed`: who was waited for in vain. */
  begin(missed: readonly PeerName[], now: Milliseconds): void {
    for (const name of missed)
      if (!this.#late.has(name)) this.#late.set(name, this.#published ?? now)
    if (this.#begun !== null) {
      const took = now - this.#begun
      this.#roundMs ??= took
      this.#roundMs += SMOOTHING * (took - this.#roundMs)
    }
    this.#begun = now
    this.#published = null
    this.#activity.answer()
    this.#activity.expire(COUNTED_FOR, this.#usual, now)
  }

  /** Local steps have taken so long each. */
  trained(stepMs: Milliseconds): void {
    this.#stepMs ??= stepMs
    this.#stepMs += SMOOTHING * (stepMs - this.#stepMs)
  }

  publish(now: Milliseconds): void {
    this.#published = now
  }

  /** Another origin's delta has come. */
  heard(origin: PeerName, now: Milliseconds): void {
    const since = this.#late.get(origin) ?? this.#published
    this.#late.delete(origin)
    this.#pace.observe(origin, since === null ? 0 : now - since)
  }

  /** Who is owed: origins of late, and `expected`, that have not sent what this round waits for. */
  owed(expected: readonly PeerName[], now: Milliseconds): readonly PeerName[] {
    const recent = this.#activity.within(MISSED_AFTER, this.#usual, now)
    const heard = recent.filter((name) => this.#activity.heard(name))
    return [...new Set([...heard, ...expected])].filter((name) => !this.#activity.ahead(name))
  }

  /** How long after publishing the others are waited for. */
  deadline(partners: readonly PeerName[]): Milliseconds {
    return this.#pace.deadline(partners)
  }

  /**
   * As many steps as the swarm's usual round has time for, so that the slow and the fast publish alike
   * often.
   */
  steps(localSteps: number): number {
    this.#steps = Math.max(1, Math.round(localSteps * this.#speed()))
    return this.#steps
  }

  /** How much faster than the median this peer is; 1: about as fast. */
  #speed(): number {
    const usual = this.#activity.medianStepMs()
    const own = this.#stepMs
    if (usual === null || own === null || usual === 0 || own === 0) return 1
    const speed = usual / own
    if (speed < SAME_SPEED && speed > 1 / SAME_SPEED) return 1
    return Math.min(MOST_STEPS, speed)
  }

  /** A round's time as far as it is known. */
  get #usual(): Milliseconds {
    return this.#roundMs ?? Infinity
  }
}
