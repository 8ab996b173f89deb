/**
 * Keeps what a peer must not forget. A disk that takes nothing (full, read-only, gone) holds a record up
 * and does not end the peer: it is tried again until it works, and whoever waits for it waits.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateStore } from '../storage/state-store.ts'
import type { Checkpoint, Kinds, Milliseconds } from '../strategy/strategy.ts'

/** Between two attempts. */
const FIRST_PAUSE: Milliseconds = 250
const LONGEST_PAUSE: Milliseconds = 15_000

type Record = Kinds['record']

export interface KeeperHooks {
  /** The disk has refused something; with the reason and the remedy. */
  readonly refused: (what: 'record' | 'checkpoint', error: Error) => void
  /** What it had refused it takes now. */
  readonly recovered: (what: 'record' | 'checkpoint') => void
  readonly checkpointed: (kept: { readonly round: number; readonly bytes: number }) => void
}

/** Resolves after so long, or at once when the signal comes. */
export type Wait = (pause: Milliseconds, signal: AbortSignal) => Promise<void>

const waitFor: Wait = (pause, signal) => sleep(pause, undefined, { signal }).catch(() => {})

export class Keeper {
  readonly #store: Pick<StateStore<Record>, 'append' | 'checkpoint' | 'close'>
  readonly #hooks: KeeperHooks
  readonly #wait: Wait
  readonly #stopped = new AbortController()
  #last: Promise<void> = Promise.resolve()

  constructor(
    store: Pick<StateStore<Record>, 'append' | 'checkpoint' | 'close'>,
    hooks: KeeperHooks,
    wait = waitFor
  ) {
    this.#store = store
    this.#hooks = hooks
    this.#wait = wait
  }

  /** Calls `kept` once the record is on the disk, in order; never, where the peer stops before that. */
  persist(record: Record, kept: () => void): void {
    this.#last = this.#last.then(async () => {
      if (await this.#append(record)) kept()
    })
  }

  /** Tries once: the one before it still stands. */
  async checkpoint(record: Record & Checkpoint, done: (kept: boolean) => void): Promise<void> {
    try {
      const { bytes } = await this.#store.checkpoint(record)
      this.#hooks.recovered('checkpoint')
      this.#hooks.checkpointed({ round: record.round, bytes })
      done(true)
    } catch (error) {
      this.#hooks.refused('checkpoint', error as Error)
      done(false)
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#last
    await this.#store.close()
  }

  async #append(record: Record): Promise<boolean> {
    const { signal } = this.#stopped
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
      try {
        await this.#store.append(record)
        if (pause > FIRST_PAUSE) this.#hooks.recovered('record')
        return true
      } catch (error) {
        this.#hooks.refused('record', error as Error)
        await this.#wait(pause, signal)
      }
    }
    return false
  }
}
