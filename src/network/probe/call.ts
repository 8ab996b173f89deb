import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { type Failure, silence, tcpFailure } from './failure.ts'

/** What a TCP connection to an address comes to. */
export type Call =
  /** `milliseconds`: until it was there, DNS left out. */
  | { readonly milliseconds: Milliseconds; readonly failure: null }
  | { readonly milliseconds: null; readonly failure: Failure }

const failed = (failure: Failure): Call => ({ milliseconds: null, failure })

const callOne = (
  host: string,
  port: number,
  limit: Milliseconds,
  signal: AbortSignal
): Promise<Call> =>
  new Promise((resolve) => {
    const began = performance.now()
    const socket = connect({ host, port, signal })
    const done = (call: Call): void => {
      resolve(call)
      socket.destroy()
    }
    socket.setTimeout(limit, () => done(failed(silence(limit / 1000))))
    socket.once('connect', () => done({ milliseconds: performance.now() - began, failure: null }))
    socket.on('error', (error) => done(failed(tcpFailure(error, host))))
  })

/** One resolver and one connection at a time, so that each failure has a reason of its own. Never rejects. */
export const callHost = async (
  host: string,
  port: number,
  family: 4 | 6 | 0,
  limit: Milliseconds,
  signal: AbortSignal
): Promise<Call> => {
  let last: Call | null = null
  try {
    for (const { address } of await lookup(host, { all: true, family })) {
      last = await callOne(address, port, limit, signal)
      if (last.failure === null) return last
    }
  } catch (error) {
    return failed(tcpFailure(error, host))
  }
  return last ?? failed(tcpFailure({ code: 'ENOTFOUND' }, host))
}
