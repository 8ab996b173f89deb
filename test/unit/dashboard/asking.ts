/** Servers and raw requests for tests of what a running peer serves. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import type { ExecutionContext } from 'ava'
import { type Http, type HttpOptions, startHttp } from '../../../src/dashboard/start-http.ts'
import { SyntheticSwarm } from '../../helpers/synthetic-swarm.ts'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Scene extends Http {
  readonly swarm: SyntheticSwarm
  readonly port: number
}

export const METRICS = 'swarmgrad_round 7\n'

/** A server on an ephemeral port of loopback, gone after the test. */
export const serve = async (
  t: ExecutionContext,
  options: Partial<HttpOptions> & { readonly members?: number } = {}
): Promise<Scene> => {
  const { members = 6, ...rest } = options
  const swarm = new SyntheticSwarm({ members })
  const http = await startHttp({
    source: swarm,
    metrics: async () => METRICS,
    host: '127.0.0.1',
    port: 0,
    token: null,
    ...rest
  })
  t.teardown(http.close)
  return { ...http, swarm, port: Number(new URL(http.url).port) }
}

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const ask = (
  { port }: { readonly port: number },
  path: string,
  { method = 'GET', headers = {}, body }: Question = {}
): Promise<Reply> =>
  new Promise((done, fail) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false })
    asked.once('error', fail)
    asked.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.once('end', () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      )
    })
    asked.end(body)
  })

/** Everything that comes until the connection ends. */
export const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', (part: Buffer) => {
      text += part.toString('latin1')
    })
    socket.on('error', () => {})
    socket.once('close', () => done(text))
  })

export interface Stream {
  /** The next event, as [name, data]; `closed` once the stream has ended. */
  next(): Promise<readonly [string, unknown]>
}

const parse = (block: string): readonly [string, unknown] => {
  const [event = '', data = ''] = block.split('\n')
  return [event.replace('event: ', ''), JSON.parse(data.replace('data: ', ''))]
}

/** A reader of /events. */
export const listen = async ({ port }: { readonly port: number }): Promise<Stream> => {
  const response = await fetch(`http://127.0.0.1:${port}/events`)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let held = ''
  return {
    async next() {
      for (;;) {
        const end = held.indexOf('\n\n')
        if (end >= 0) {
          const block = held.slice(0, end)
          held = held.slice(end + 2)
          return parse(block)
        }
        const { done, value } = await reader.read().catch(() => ({ done: true, value: '' }))
        if (done) return ['closed', null]
        held += value
      }
    }
  }
}
