import type { IncomingMessage, ServerResponse } from 'node:http'

/** A whole response, as data. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export const text = (
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {}
): Answer => ({ status, headers: { 'content-type': type, ...headers }, body })

export const json = (status: number, value: unknown): Answer =>
  text(status, `${JSON.stringify(value)}\n`, 'application/json; charset=utf-8')

/** Says in one line why nothing was served. */
export const refusal = (
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {}
): Answer => text(status, `${why}\n`, undefined, headers)

/** On every answer: nobody keeps, frames or reinterprets it, and it names nobody to others. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'"
}

/** Writes the answer; after a refusal the connection ends, so nothing of a bad request is read on. */
export const send = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer
): void => {
  if (response.headersSent || response.destroyed) return
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    ...COMMON_HEADERS,
    ...headers,
    'content-length': String(bytes.byteLength),
    ...(status >= 400 ? { connection: 'close' } : {})
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}
