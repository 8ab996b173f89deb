/** A peer's log, for somebody who looks at a screen: what is worth a line there, in words. */

interface Entry {
  readonly level: number
  readonly msg?: unknown
  readonly err?: { readonly message?: unknown }
  readonly [field: string]: unknown
}

/** What else there is to know while data are read. */
export interface Reading {
  readonly what: string
  /** 0..1 */
  readonly done: number
}

export interface LogListeners {
  /** A line that stays. */
  readonly say: (line: string) => void
  /** Where the dashboard is. */
  readonly page: (url: string) => void
  readonly reading: (reading: Reading) => void
}

const WARN = 40
const FATAL = 60

const parse = (line: string): Entry | null => {
  try {
    return JSON.parse(line) as Entry
  } catch {
    return null
  }
}

/** What is said again and again is said once in so long, with how often it was. */
const AGAIN_MS = 60_000
const MAX_REMEMBERED = 100

interface Told {
  readonly at: number
  since: number
}

export class JoinLog {
  readonly #listeners: LogListeners
  readonly #now: () => number
  readonly #told = new Map<string, Told>()

  constructor(listeners: LogListeners, now = () => performance.now()) {
    this.#listeners = listeners
    this.#now = now
  }

  /** As a log puts its bytes: whole lines of JSON. Takes all of them. */
  readonly put = (bytes: Uint8Array, from: number): number => {
    const text = Buffer.from(bytes.subarray(from)).toString()
    for (const line of text.split('\n')) {
      const entry = line === '' ? null : parse(line)
      if (entry !== null) this.#take(entry)
    }
    return bytes.length - from
  }

  #take({ level, msg, err, ...fields }: Entry): void {
    const { say, page, reading } = this.#listeners
    const { url, percent, bytes, total, remedy, alarm } = fields
    if (level >= FATAL) say(`${msg}: ${err?.message ?? 'for no known reason'}`)
    else if (level >= WARN) {
      // What ends the peer is told when it has ended, and alarms stand below the stages.
      if (err !== undefined || alarm !== undefined) return
      const rest = remedy === undefined ? '' : ` (${remedy})`
      this.#say(`${level > WARN ? 'error' : 'warning'}: ${msg}${rest}`)
    } else if (msg === 'dashboard') page(String(url))
    else if (msg === 'reading data') {
      reading({ what: 'reading the data', done: Number(percent) / 100 })
    } else if (msg === 'fetching public data') {
      reading({
        what: 'fetching the public data',
        done: Number(bytes) / Math.max(1, Number(total))
      })
    }
  }

  #say(line: string): void {
    const before = this.#told.get(line)
    const now = this.#now()
    if (before !== undefined && now - before.at < AGAIN_MS) {
      before.since++
      return
    }
    if (this.#told.size >= MAX_REMEMBERED) this.#told.clear()
    this.#told.set(line, { at: now, since: 0 })
    const often =
      before === undefined || before.since === 0 ? '' : ` (and ${before.since} times since)`
    this.#listeners.say(`${line}${often}`)
  }
}
