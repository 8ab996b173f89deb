import type { Effect, Milliseconds, PeerName } from '../strategy.ts'
import type { DeltaKinds, Job } from './kinds.ts'

/** The event being handled: its time, and the effects that it has so far. */
export class Stage {
  now: Milliseconds = 0
  #effects: Array<Effect<DeltaKinds>> = []

  emit(effect: Effect<DeltaKinds>): void {
    this.#effects.push(effect)
  }

  /** What has been emitted since the last time. */
  take(): ReadonlyArray<Effect<DeltaKinds>> {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  compute(job: Job): void {
    this.emit({ type: 'compute', job })
  }

  timer(name: string, after: Milliseconds): void {
    this.emit({ type: 'timer', name, after })
  }

  /** `alarm`: and that stays so. */
  notice(text: string, alarm?: 'expelled'): void {
    this.emit({ type: 'notice', text, ...(alarm && { alarm }) })
  }

  reject(peer: PeerName, reason: 'body' | 'signature' | 'chunk'): void {
    this.emit({ type: 'reject', peer, reason })
  }
}
