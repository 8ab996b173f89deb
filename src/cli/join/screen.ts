/** Shows how joining gets on, in the way that suits whoever watches. Never on stdout. */
import type { PeerConfig } from '../../peer/config.ts'
import type { Monitor } from '../../peer/monitor/monitor.ts'
import type { PeerStatus } from '../../peer/monitor/status.ts'
import { canRedraw, LiveArea, SYSTEM_CLOCK } from '../live-area.ts'
import { paintFor } from '../paint.ts'
import { harmless } from '../print-error.ts'
import { Stages } from '../stages.ts'
import { AddressWatch } from './address-watch.ts'
import { joinFrame, type Shown } from './frame.ts'
import type { Reading } from './join-log.ts'
import { belowStages, type StageNews, stageOf } from './stage.ts'

/** Between two looks at the peer. */
const EVERY_MS = 500
/** Between two lines of one stage, where lines stay. */
const LINE_EVERY_MS = 10_000

const printLine = (line: string): void => void process.stderr.write(`${harmless(line)}\n`)

export class JoinScreen {
  readonly #configFile: string
  readonly #name: string
  readonly #stages = new Stages()
  readonly #texts = new Map<string, string>()
  readonly #addresses: AddressWatch
  readonly #area: LiveArea | null
  readonly #stopLooking: () => void
  #monitor: Monitor | null = null
  #status: PeerStatus | null = null
  #reading: Reading | null = null
  #page: string | null = null
  #current: StageNews | null = null
  #printedAt = 0
  #printed = ''
  #leaving = false
  #stopped = false

  constructor({ manifest, bootstrap, peers }: PeerConfig, configFile: string) {
    const paint = paintFor(process.stderr)
    this.#configFile = configFile
    this.#name = manifest.name
    this.#addresses = new AddressWatch([...bootstrap, ...peers], (line) => this.say(line))
    this.#area = canRedraw(process.stderr, process.env)
      ? new LiveArea(process.stderr, (size) => joinFrame(this.#shown(), size, paint))
      : null
    this.#stopLooking = SYSTEM_CLOCK.every(EVERY_MS, () => this.#look())
  }

  /** A line that stays. */
  readonly say = (line: string): void => {
    if (this.#area === null || this.#stopped) printLine(line)
    else this.#area.say(harmless(line))
  }

  readonly page = (url: string): void => {
    this.#page = url
    if (this.#area === null) printLine(`dashboard: ${url}`)
  }

  readonly reading = (reading: Reading): void => {
    this.#reading = reading
  }

  /** It is told to end: where it has come to its end already, nothing else is said of that. */
  leave(): void {
    this.#look()
    this.#leaving = this.#status?.phase !== 'finished'
  }

  /** From now on this is the peer; the returned function ends that. */
  watch(monitor: Monitor): () => void {
    this.#monitor = monitor
    this.#look()
    return () => {
      this.#look()
      this.#monitor = null
    }
  }

  /** Leaves the stages on the screen. */
  stop(): void {
    if (this.#stopped) return
    this.#look()
    this.#stopped = true
    this.#stopLooking()
    this.#addresses.stop()
    this.#stages.end(SYSTEM_CLOCK.now())
    const { columns, rows } = process.stderr
    const size = { columns: columns || 80, rows: rows || 24 }
    const last = joinFrame({ ...this.#shown(), below: [] }, size, paintFor(process.stderr))
    if (this.#area === null) this.#printCurrent()
    else this.#area.stop(last)
    // One that could not be started has nothing to go on with.
    if (this.#status === null || this.#status.phase === 'starting') return
    printLine(
      `(swarmgrad export --config ${this.#configFile} writes the model; the same join goes on)`
    )
  }

  #look(): void {
    if (this.#monitor === null || this.#stopped) return
    const status = this.#monitor.status()
    this.#status = status
    this.#addresses.look(status)
    const read = status.phase === 'starting' ? this.#reading : null
    const news = stageOf(status, this.#leaving)
    this.#show(read === null ? news : { ...news, text: read.what, done: read.done })
    this.#area?.touch()
  }

  #show(news: StageNews): void {
    const now = SYSTEM_CLOCK.now()
    const isNew = this.#stages.show({ stage: news.name, done: news.done ?? 0 }, now)
    const changed = this.#current?.name !== news.name
    if (changed) {
      // The last look may have been at a part of it.
      if (this.#current?.name === 'snapshot') this.#texts.set('snapshot', 'whole, and checked')
      this.#printCurrent()
    }
    this.#texts.set(news.name, news.text)
    this.#current = news
    if (this.#area !== null) return
    if (changed || isNew || now - this.#printedAt >= LINE_EVERY_MS) this.#printCurrent()
  }

  #printCurrent(): void {
    if (this.#area !== null || this.#current === null) return
    this.#printedAt = SYSTEM_CLOCK.now()
    const { name, text, done } = this.#current
    const share = done === null ? '' : `${Math.floor(done * 100)} %, `
    const line = `${name}: ${share}${text}`
    if (line !== this.#printed) printLine(line)
    this.#printed = line
  }

  #shown(): Shown {
    const now = SYSTEM_CLOCK.now()
    const stages = this.#stages.views(now).map((view) => {
      const isCurrent = view.name === this.#current?.name && !this.#stopped
      return {
        name: view.name,
        text: this.#texts.get(view.name) ?? '',
        done: isCurrent ? (this.#current?.done ?? null) : null,
        over: !isCurrent,
        elapsedMs: view.elapsedMs,
        left: view.left
      }
    })
    const page = this.#page === null ? [] : [`dashboard ${this.#page}`]
    const below = this.#status === null ? [] : belowStages(this.#status)
    const who = this.#status === null ? '' : `  ${this.#status.self}`
    return { title: `${this.#name}${who}`, stages, below: [...below, ...page].map(harmless) }
  }
}
