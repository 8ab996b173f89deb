/** The HTTP server of pages, metrics and the control socket: limits first, then who asks, then what. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Access } from './access.ts'
import { type Answer, refusal, send } from './answer.ts'
import { EventFeed } from './event-feed.ts'
import { type RouteOptions, routesOf } from './routes.ts'

/** Who sends a head more slowly than this is cut off (slowloris). */
const HEAD_MS = 5000
const REQUEST_MS = 10_000
const IDLE_MS = 5000
/** How often Node looks for those. */
const LOOK_MS = 1000
const MAX_HEAD_BYTES = 8192
const MAX_HEADERS = 64
const MAX_URL = 1024
/** Event streams included. */
const MAX_CONNECTIONS = 64

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

export interface HttpServer {
  readonly server: Server
  /** Ends every connection and stream at once. */
  close(): Promise<void>
}

type Options = Omit<RouteOptions, 'feed'> & { readonly access: Access }

/** Not listening yet. */
export const createHttpServer = (options: Options): HttpServer => {
  const { access, source } = options
  const feed = new EventFeed(source)
  const routes = routesOf({ ...options, feed })

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<Answer | null> => {
    const { method, url = '' } = request
    if (url.length > MAX_URL) return refusal(414, 'address too long')
    if (method !== 'GET' && method !== 'HEAD') {
      return refusal(405, 'read-only', { allow: 'GET, HEAD' })
    }
    if (hasBody(request)) return refusal(413, 'no request here has a body')
    const [path = '', search = ''] = url.split('?')
    const query = new URLSearchParams(search)
    const refused = access.refuse(request, path, query)
    if (refused !== null) return refused
    const route = routes.get(path)
    if (route === undefined) return refusal(404, `there is: ${[...routes.keys()].join(' ')}`)
    const found = await route(request, response)
    if (found === null || !query.has('token')) return found
    const cookie = access.cookie(request.socket.localPort ?? 0)
    return { ...found, headers: { ...found.headers, ...cookie } }
  }

  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: LOOK_MS
    },
    (request, response) => {
      answer(request, response).then(
        (found) => {
          if (found !== null) send(request, response, found)
        },
        // What failed may quote anything: the log has it, and who asks does not.
        (error: unknown) => {
          options.failed?.(error)
          send(request, response, refusal(500, 'failed; see the log of the peer'))
        }
      )
    }
  )
  server.maxHeadersCount = MAX_HEADERS
  server.maxConnections = MAX_CONNECTIONS
  return {
    server,
    close: () =>
      new Promise((done) => {
        feed.close()
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}
