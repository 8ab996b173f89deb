import type { Role } from '../swarm/role.ts'
import type { PeerConfig } from './config.ts'
import type { Monitor } from './monitor/monitor.ts'
import { TrainingTimes } from './training-times.ts'

/** What this peer is at now, by its role, its schedule and how far the strategy is. */
export class TrainingPhase {
  readonly #role: Role
  readonly #times: TrainingTimes
  readonly #monitor: Monitor
  #over = false

  constructor(config: PeerConfig, monitor: Monitor) {
    this.#role = config.role
    this.#times = new TrainingTimes(config, new Date())
    this.#monitor = monitor
  }

  /** Who pauses counts among those that train no more than an observer. */
  get role(): Role {
    return this.#role === 'trainer' && !this.#times.open ? 'observer' : this.#role
  }

  /** `training`: a round has begun. */
  show(training: boolean): void {
    if (this.#over) return
    if (this.#role !== 'trainer') this.#monitor.phase('following')
    else if (!this.#times.open) this.#monitor.phase('paused', this.#times.next(new Date()))
    else this.#monitor.phase(training ? 'training' : 'joining')
  }

  /** Every now and then; returns whether the role has changed. */
  look(): boolean {
    if (this.#role !== 'trainer' || !this.#times.look(new Date())) return false
    this.show(false)
    return true
  }

  reload(config: PeerConfig): void {
    this.#times.reload(config)
    // A pause may end at another time.
    if (!this.#times.open) this.show(false)
  }

  /** The last word. */
  end(phase: 'stopping' | 'finished'): void {
    this.#over = true
    this.#monitor.phase(phase)
  }
}
