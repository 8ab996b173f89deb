/**
 * Who may ask. On loopback: anyone on this machine, but no web page of another origin (DNS rebinding is
 * stopped by the Host header). Elsewhere: who has the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, refusal } from './answer.ts'

export interface AccessOptions {
  /** As configured: a name or an address. */
  readonly host: string
  readonly token: string | null
}

export interface Access {
  /** What keeps this request out, or null. */
  refuse(request: IncomingMessage, path: string, query: URLSearchParams): Answer | null
  /** For whom has just shown the token in the page's address. */
  cookie(port: number): Readonly<Record<string, string>>
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']

export const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host === '::1' ||
  host === '[::1]' ||
  /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)

const digest = (value: string): Buffer => createHash('sha256').update(value).digest()

/** In constant time, whatever the lengths. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** What the browser keeps is not the token itself. */
const cookieValue = (token: string): string => digest(`swarmgrad cookie ${token}`).toString('hex')

/** Cookies are shared by all ports of a host. */
const cookieName = (port: number): string => `swarmgrad-${port}`

const bracketed = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : host

const hostName = (header: string): string => header.toLowerCase().replace(/:\d{1,5}$/, '')

const cookiesOf = ({ headers }: IncomingMessage): readonly string[] =>
  (headers.cookie ?? '').split(';').map((part) => part.trim())

/** Requests that a page of another origin makes; its user may still follow a link to ours. */
const fromElsewhere = ({ headers }: IncomingMessage, path: string): boolean => {
  const site = headers['sec-fetch-site']
  return path !== '/' && (site === 'cross-site' || site === 'same-site')
}

const NEEDS_TOKEN = refusal(
  401,
  'a token is needed: open the page with ?token=..., or send it as Authorization: Bearer ...',
  { 'www-authenticate': 'Bearer' }
)

export const createAccess = ({ host, token }: AccessOptions): Access => {
  const names = [...LOCAL_NAMES, bracketed(host.toLowerCase())]
  const knows = (request: IncomingMessage, path: string, query: URLSearchParams): boolean => {
    if (token === null) return true
    const [, bearer] =
      /^Bearer ([\x21-\x7e]{1,300})$/i.exec(request.headers.authorization ?? '') ?? []
    if (bearer !== undefined && same(bearer, token)) return true
    const asked = query.get('token')
    if (path === '/' && asked !== null && same(asked, token)) return true
    const wanted = cookieValue(token)
    const start = `${cookieName(request.socket.localPort ?? 0)}=`
    return cookiesOf(request).some(
      (cookie) => cookie.startsWith(start) && same(cookie.slice(start.length), wanted)
    )
  }
  return {
    refuse(request, path, query) {
      // Any other address is protected by its token: a page that has rebound a name has no cookie for it.
      if (isLoopback(host) && !names.includes(hostName(request.headers.host ?? ''))) {
        return refusal(421, 'unknown Host; use localhost, 127.0.0.1 or [::1]')
      }
      if (fromElsewhere(request, path)) return refusal(403, 'not for pages of other sites')
      return knows(request, path, query) ? null : NEEDS_TOKEN
    },
    cookie: (port) =>
      token === null
        ? {}
        : {
            'set-cookie': `${cookieName(port)}=${cookieValue(token)}; Path=/; HttpOnly; SameSite=Strict`
          }
  }
}

/** Of the control socket: the file's mode says who may ask. */
export const OPEN: Access = { refuse: () => null, cookie: () => ({}) }
