/**
 * Server-sent events: `state` is everything, then `change`, `point` and `ended` as they come, and a `beat`
 * that shows that the connection lives. docs/operating.md says what each holds.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SourceEvent, StatusSource } from '../peer/monitor/source.ts'
import type { PeerStatus } from '../peer/monitor/status.ts'
import { type Answer, COMMON_HEADERS, refusal } from './answer.ts'
import { changeBetween, pointRow, type ShownStatus, shown, wholeStatus } from './changes.ts'

const MAX_CLIENTS = 16
const BEAT_MS = 5000
/** Who leaves so much unread, beside the state, is dropped; its page comes back by itself. */
const MAX_BEHIND_BYTES = 1 << 20

interface Client {
  readonly response: ServerResponse
  readonly limit: number
}

const message = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

export class EventFeed {
  readonly #source: StatusSource
  readonly #unsubscribe: () => void
  readonly #clients = new Set<Client>()
  /** What the clients have been told so far; empty while there are none. */
  readonly #told = new Map<string, ShownStatus>()
  readonly #ended = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(source: StatusSource) {
    this.#source = source
    this.#unsubscribe = source.subscribe((event) => this.#hear(event))
  }

  /** Null: the response is an event stream from now on. */
  async join(request: IncomingMessage, response: ServerResponse): Promise<Answer | null> {
    if (this.#closed) return refusal(503, 'the peer is stopping')
    if (this.#clients.size >= MAX_CLIENTS) return refusal(503, `${MAX_CLIENTS} pages are open`)
    const headers = { ...COMMON_HEADERS, 'content-type': 'text/event-stream; charset=utf-8' }
    response.writeHead(200, headers)
    if (request.method === 'HEAD') {
      response.end()
      return null
    }
    // The others are told first: what is told and what the newcomer gets must be the same.
    for (const status of this.#source.statuses()) this.#tell(status)
    const state = message('state', this.#state())
    const client = { response, limit: MAX_BEHIND_BYTES + Buffer.byteLength(state) }
    this.#clients.add(client)
    response.once('close', () => this.#drop(client))
    response.write(state)
    this.#timer ??= setInterval(() => this.#send(message('beat', null)), BEAT_MS).unref()
    return null
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
    for (const client of [...this.#clients]) client.response.destroy()
    clearInterval(this.#timer)
  }

  #hear(event: SourceEvent): void {
    if (event.type === 'ended') this.#ended.set(event.peer, event.how)
    if (this.#clients.size === 0) return
    switch (event.type) {
      case 'status':
        this.#tell(event.status())
        break
      case 'point':
        this.#send(message('point', { peer: event.peer, point: pointRow(event.point) }))
        break
      case 'ended':
        this.#send(message('ended', { peer: event.peer, how: event.how }))
        break
    }
  }

  #tell(status: PeerStatus): void {
    const before = this.#told.get(status.self)
    const next = shown(status, before)
    this.#told.set(status.self, next)
    if (this.#clients.size === 0) return
    const news =
      before === undefined
        ? message('status', wholeStatus(next))
        : message('change', changeBetween(before, next))
    this.#send(news)
  }

  #state(): unknown {
    return {
      statuses: [...this.#told.values()].map(wholeStatus),
      curves: this.#source
        .curves()
        .map(({ peer, points }) => ({ peer, points: points.map(pointRow) })),
      ended: Object.fromEntries(this.#ended)
    }
  }

  #send(text: string): void {
    for (const client of [...this.#clients]) {
      const { response, limit } = client
      if (response.writableLength > limit) response.destroy()
      else response.write(text)
    }
  }

  #drop(client: Client): void {
    this.#clients.delete(client)
    if (this.#clients.size > 0) return
    this.#told.clear()
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
