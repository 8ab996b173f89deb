import type { RejectReason } from '../wire/reject.ts'
import type { Effect, Kinds, Milliseconds, PeerName } from './strategy.ts'

/** The event being handled by a protocol half: its time, and the effects that it has so far. */
export class Stage<K extends Kinds> {
  now: Milliseconds = 0
  #effects: Array<Effect<K>> = []

  emit(effect: Effect<K>): void {
    this.#effects.push(effect)
  }

  /** What has been emitted since the last time. */
  take(): ReadonlyArray<Effect<K>> {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  compute(job: K['job']): void {
    this.emit({ type: 'compute', job })
  }

  send(to: PeerName, message: K['message']): void {
    this.emit({ type: 'send', to, message, delivery: 'every' })
  }

  timer(name: string, after: Milliseconds): void {
    this.emit({ type: 'timer', name, after })
  }

  /** `alarm`: and that stays so. */
  notice(text: string, alarm?: 'expelled'): void {
    this.emit({ type: 'notice', text, ...(alarm && { alarm }) })
  }

  reject(peer: PeerName, reason: RejectReason): void {
    this.emit({ type: 'reject', peer, reason })
  }
}
