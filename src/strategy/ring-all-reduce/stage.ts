import type { RejectReason } from '../../wire/reject.ts'
import type { Effect, Milliseconds, PeerName } from '../strategy.ts'
import type { Job, Message, RingKinds } from './kinds.ts'

/** The event being handled: its time, and the effects that it has so far. */
export class Stage {
  now: Milliseconds = 0
  #effects: Array<Effect<RingKinds>> = []
  /** When the jobs were issued whose results have not come: those come in the same order. */
  readonly #jobs: Milliseconds[] = []

  emit(effect: Effect<RingKinds>): void {
    this.#effects.push(effect)
  }

  /** What has been emitted since the last time. */
  take(): ReadonlyArray<Effect<RingKinds>> {
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** How long the oldest job has been waited for; 0: there is none. */
  get busy(): Milliseconds {
    const [oldest] = this.#jobs
    return oldest === undefined ? 0 : this.now - oldest
  }

  computed(): void {
    this.#jobs.shift()
  }

  compute(job: Job): void {
    this.#jobs.push(this.now)
    this.emit({ type: 'compute', job })
  }

  send(to: PeerName, message: Message): void {
    this.emit({ type: 'send', to, message, delivery: 'every' })
  }

  timer(name: string, after: Milliseconds): void {
    this.emit({ type: 'timer', name, after })
  }

  notice(text: string): void {
    this.emit({ type: 'notice', text })
  }

  reject(peer: PeerName, reason: RejectReason): void {
    this.emit({ type: 'reject', peer, reason })
  }
}
