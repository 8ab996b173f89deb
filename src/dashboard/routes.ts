/** What may be asked of a running peer over HTTP: six paths, read-only. Anything else is refused in one line. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StatusSource } from '../peer/monitor/source.ts'
import type { Answer } from './answer.ts'
import { json, refusal, text } from './answer.ts'
import type { EventFeed } from './event-feed.ts'
import { dashboardPage } from './page.ts'

export interface Served {
  readonly source: StatusSource
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>
  /** A request has been answered with 500 for this: a defect, or a peer that is broken. */
  readonly failed?: (error: unknown) => void
}

export interface RouteOptions extends Served {
  readonly feed: EventFeed
  /** The replica as a safetensors file; null: this server does not give it away. */
  readonly replica: (() => Promise<Uint8Array>) | null
}

/** A path's answer; null: the response is a stream now, and its own. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<Answer | null>

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

const takesGzip = ({ headers }: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''))

const page: Route = async (request) => {
  const { html, gzip, policy } = dashboardPage()
  const zipped = takesGzip(request)
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    vary: 'accept-encoding',
    ...(zipped ? { 'content-encoding': 'gzip' } : {})
  }
  return { status: 200, headers, body: zipped ? gzip : html }
}

const health = ({ source }: Served): Answer => {
  const statuses = source.statuses()
  const ill = statuses.find(({ healthy }) => !healthy)
  const healthy = statuses.length > 0 && ill === undefined
  const { reason, line, phase } = ill ?? statuses[0] ?? NOT_YET
  return json(healthy ? 200 : 503, { healthy, reason, line, phase })
}

const NOT_YET = { reason: 'the peer has not started yet', line: '', phase: 'starting' } as const

const status = ({ source }: Served, query: string): Answer => {
  const statuses = source.statuses()
  if (query === 'all') return json(200, statuses)
  if (query !== '') return refusal(400, 'no such question; /status or /status?all')
  return statuses[0] === undefined
    ? refusal(503, 'the peer has not started yet')
    : json(200, statuses[0])
}

/** A replica is megabytes: one at a time. */
const replicaRoute = (replica: () => Promise<Uint8Array>): Route => {
  let busy = false
  return async (_request, response) => {
    if (busy) return refusal(429, 'somebody else is being given the replica; ask again later')
    busy = true
    response.once('close', () => {
      busy = false
    })
    return {
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: await replica()
    }
  }
}

/** By path. `query` is what follows the question mark, without a token. */
export const routesOf = (options: RouteOptions): ReadonlyMap<string, Route> => {
  const { feed, metrics, replica } = options
  const queryOf = ({ url = '' }: IncomingMessage): string => url.split('?')[1] ?? ''
  const routes: Array<[string, Route]> = [
    ['/', page],
    ['/status', async (request) => status(options, queryOf(request))],
    ['/healthz', async () => health(options)],
    ['/metrics', async () => text(200, await metrics(), PROMETHEUS)],
    ['/events', async (request, response) => feed.join(request, response)]
  ]
  if (replica !== null) routes.push(['/replica', replicaRoute(replica)])
  return new Map(routes)
}
