import { Writable } from 'node:stream'
import type { Clock } from '../../../src/cli/live-area.ts'

/** A terminal's screen as its user sees it: understands what log-update writes, and throws at the rest. */
export class FakeScreen extends Writable {
  readonly isTTY = true
  columns: number
  rows: number
  /** Everything that was written, with its escape sequences. */
  written = ''
  #lines = ['']
  #row = 0
  #column = 0

  constructor(columns = 80, rows = 24) {
    super({ decodeStrings: false })
    this.columns = columns
    this.rows = rows
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.written += text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one
    for (const [part] of text.matchAll(/\u001B\[[?0-9;]*[A-Za-z]|[\s\S]/gu)) this.#take(part)
    done()
  }

  /** What stands on the screen, without the empty line at the end. */
  get text(): string {
    return this.#lines.join('\n').trimEnd()
  }

  /** As terminals do that fold long lines anew. */
  resize(columns: number, rows: number): void {
    const folded = this.#lines.map((line) => {
      const count = Math.max(1, Math.ceil(line.length / columns))
      return Array.from({ length: count }, (_, part) =>
        line.slice(part * columns, (part + 1) * columns)
      )
    })
    this.#row = folded.slice(0, this.#row).flat().length
    this.#lines = folded.flat()
    this.columns = columns
    this.rows = rows
    this.emit('resize')
  }

  #take(part: string): void {
    if (part === '\n') {
      this.#row++
      this.#column = 0
      this.#lines[this.#row] ??= ''
    } else if (part === '\r') this.#column = 0
    else if (part.startsWith('\u001B')) this.#control(part)
    else {
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column)
      this.#lines[this.#row] = line.slice(0, this.#column) + part + line.slice(this.#column + 1)
      this.#column++
    }
  }

  #control(sequence: string): void {
    const kind = sequence.at(-1)!
    const value = Number(sequence.slice(2, -1))
    const line = this.#lines[this.#row] ?? ''
    // Cursor and synchronised output shown or hidden; colours.
    if (sequence.startsWith('\u001B[?') || kind === 'm') return
    if (kind === 'A') this.#row = Math.max(0, this.#row - Math.max(1, value))
    else if (kind === 'B') this.#row += Math.max(1, value)
    else if (kind === 'G') this.#column = Math.max(0, value - 1)
    else if (kind === 'K') this.#lines[this.#row] = value === 2 ? '' : line.slice(0, this.#column)
    else if (kind === 'J') {
      this.#lines[this.#row] = line.slice(0, this.#column)
      this.#lines.length = this.#row + 1
    } else throw new Error(`unknown sequence ${JSON.stringify(sequence)}`)
  }
}

/** Time that passes when the test says so. */
export class FakeClock implements Clock {
  #now = 0
  #timers: { readonly ms: number; next: number; readonly act: () => void }[] = []

  now(): number {
    return this.#now
  }

  every(ms: number, act: () => void): () => void {
    const timer = { ms, next: this.#now + ms, act }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Timers act when their moment has come. */
  pass(ms: number): void {
    this.#now += ms
    for (const timer of this.#timers) {
      if (timer.next > this.#now) continue
      timer.next = this.#now + timer.ms
      timer.act()
    }
  }

  get timers(): number {
    return this.#timers.length
  }
}
