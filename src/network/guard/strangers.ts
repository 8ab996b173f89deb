import type { Milliseconds } from '../../strategy/strategy.ts'
import { Allowance } from './allowance.ts'
import type { Caller } from './caller.ts'
import { LOOPBACK_FACTOR, STRANGERS } from './limits.ts'

/** A call, from the moment at which it is taken until its socket is closed. */
export interface Call {
  readonly handshaking: boolean
  readonly over: boolean
}

interface Source {
  readonly calls: Allowance
  readonly bytes: Allowance
  readonly most: number
  readonly handshakes: number
  open: Call[]
}

export interface StrangersOptions {
  /** Connections that strangers may hold in all. */
  readonly connections: number
  readonly now: () => Milliseconds
}

/** What everyone who calls has cost of late, by address. */
export class Strangers {
  readonly #options: StrangersOptions
  readonly #sources = new Map<string, Source>()
  /** Calls that were refused. */
  refused = 0

  constructor(options: StrangersOptions) {
    this.#options = options
  }

  /** Whether to take this call; if so it counts until it is over. */
  takes(caller: Caller, call: Call): boolean {
    const now = this.#options.now()
    const sources = this.#of(caller)
    const fits = sources.every((source) => {
      source.open = source.open.filter(({ over }) => !over)
      const shaking = source.open.filter(({ handshaking }) => handshaking).length
      return source.open.length < source.most && shaking < source.handshakes
    })
    const taken = fits && sources.every(({ calls }) => calls.take(1, now))
    if (taken) for (const source of sources) source.open.push(call)
    else this.refused++
    return taken
  }

  /** So many bytes have come from somebody who holds no link: until more may be read. */
  wait(caller: Caller, bytes: number): Milliseconds {
    const now = this.#options.now()
    return Math.max(...this.#of(caller).map((source) => source.bytes.owe(bytes, now)))
  }

  /** Forgets whom nothing is known of that counts. */
  sweep(): void {
    const now = this.#options.now()
    for (const [name, source] of this.#sources) {
      source.open = source.open.filter(({ over }) => !over)
      const idle = source.open.length === 0 && source.calls.isFull(now)
      if (idle && source.bytes.isFull(now)) this.#sources.delete(name)
    }
  }

  get known(): number {
    return this.#sources.size
  }

  #of({ address, range, loopback }: Caller): readonly Source[] {
    const own = this.#source(address, loopback ? LOOPBACK_FACTOR : 1)
    return range === null ? [own] : [own, this.#source(range, STRANGERS.wider)]
  }

  #source(name: string, factor: number): Source {
    const known = this.#sources.get(name)
    if (known !== undefined) return known
    if (this.#sources.size >= STRANGERS.addresses) this.sweep()
    if (this.#sources.size >= STRANGERS.addresses && name !== '') return this.#source('', 1)
    const now = this.#options.now()
    const { connections } = this.#options
    const source: Source = {
      calls: new Allowance(STRANGERS.calls, now, factor),
      bytes: new Allowance(STRANGERS.bytes, now, factor),
      most: Math.min(connections, Math.ceil(connections * STRANGERS.share * factor)),
      handshakes: STRANGERS.handshakes * factor,
      open: []
    }
    this.#sources.set(name, source)
    return source
  }
}
