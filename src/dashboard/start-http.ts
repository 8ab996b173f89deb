import type { AddressInfo } from 'node:net'
import { InvalidInputError } from '../errors.ts'
import { createAccess, isLoopback } from './access.ts'
import type { Served } from './routes.ts'
import { createHttpServer } from './server.ts'

export interface HttpOptions extends Served {
  /** A name or an address of this machine. */
  readonly host: string
  /** Null: 8790 where it is free, else any. */
  readonly port: number | null
  /** Needed for any address but loopback; where it is given, it is asked for there, too. */
  readonly token: string | null
}

export interface Http {
  /** Where the page is; it ends in a slash and holds no token. */
  readonly url: string
  close(): Promise<void>
}

const USUAL_PORT = 8790
const MIN_TOKEN = 16

const refuse = (path: string, rule: string, remedy: string, cause?: unknown): never => {
  throw new InvalidInputError([{ path, rule, remedy }], { cause })
}

const checkToken = (host: string, token: string | null): void => {
  const remedy = `give a secret of ${MIN_TOKEN} characters or more, or listen on 127.0.0.1 and use an SSH tunnel`
  if (token === null && !isLoopback(host)) {
    refuse('http.token', `must be given: others can reach ${host}`, remedy)
  }
  if (token !== null && token.length < MIN_TOKEN) {
    refuse('http.token', `must have ${MIN_TOKEN} characters or more`, remedy)
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** Says which field is to blame. @throws InvalidInputError */
const explain = (error: unknown, host: string, port: number): never => {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return refuse(
        'http.port',
        `${port} on ${host} is in use by another program`,
        'give another port, or null for any that is free',
        error
      )
    case 'EACCES':
      return refuse(
        'http.port',
        `this user may not listen on ${port}`,
        'give a port from 1024 to 65535',
        error
      )
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return refuse(
        'http.host',
        `'${host}' is no address of this machine`,
        "give 127.0.0.1, 0.0.0.0 or one of the machine's own addresses",
        error
      )
    default:
      throw error
  }
}

/** Serves the page, /status, /events, /metrics and /healthz. @throws InvalidInputError */
export const startHttp = async (options: HttpOptions): Promise<Http> => {
  const { host, port, token } = options
  checkToken(host, token)
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const { server, close } = createHttpServer({
    ...options,
    replica: null,
    access: createAccess({ host, token })
  })
  const listen = (wanted: number): Promise<void> =>
    new Promise((done, fail) => {
      server.once('error', fail)
      server.listen({ host: bare, port: wanted, exclusive: true }, () => {
        server.removeListener('error', fail)
        done()
      })
    })
  try {
    await listen(port ?? USUAL_PORT).catch((error: unknown) => {
      if (port !== null || codeOf(error) !== 'EADDRINUSE') throw error
      return listen(0)
    })
  } catch (error) {
    await close()
    explain(error, host, port ?? USUAL_PORT)
  }
  // A connection that cannot be accepted (no descriptors) is the client's loss, not the peer's.
  server.on('error', () => {})
  const { port: taken } = server.address() as AddressInfo
  const name = bare.includes(':') ? `[${bare}]` : bare
  return { url: `http://${name}:${taken}/`, close }
}
