import { randomBytes } from 'node:crypto'
import type { Connection, Libp2p } from '@libp2p/interface'
import { pipe } from 'it-pipe'
import type { Milliseconds } from '../../strategy/strategy.ts'
import type { NodePart } from '../node-part.ts'
import { Attention } from './attention.ts'
import type { LifeSigns } from './life-signs.ts'
import { PULSE_TIMES, Pulse, type PulseTimes } from './pulse.ts'

const PING = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/** Resolves when an answer has come, or the other end has said that it knows no pings. */
const ping = async (connection: Connection, within: Milliseconds): Promise<void> => {
  const signal = AbortSignal.timeout(within)
  try {
    const stream = await connection.newStream(PING, { signal, runOnLimitedConnection: true })
    const give = (): void => stream.abort(new Error('no answer'))
    signal.addEventListener('abort', give, { once: true })
    try {
      await pipe([randomBytes(PING_BYTES)], stream, async (source) => {
        let left = PING_BYTES
        for await (const chunk of source) {
          left -= chunk.byteLength
          if (left <= 0) return
        }
        throw new Error('the stream has ended')
      })
    } finally {
      signal.removeEventListener('abort', give)
    }
    await stream.close()
  } catch (error) {
    if ((error as Error).name !== 'UnsupportedProtocolError') throw error
  }
}

/** One connection's pulse, with its pings. */
class Patient {
  readonly connection: Connection
  readonly pulse: Pulse
  readonly #times: PulseTimes
  readonly #clock: () => Milliseconds

  constructor(connection: Connection, clock: () => Milliseconds, times: PulseTimes) {
    this.connection = connection
    this.pulse = new Pulse(clock(), times)
    this.#times = times
    this.#clock = clock
  }

  look(signs: { readonly heard: boolean; readonly sent: number } | null): void {
    const now = this.#clock()
    this.pulse.sent(signs?.sent ?? 0)
    if (signs?.heard === true) this.pulse.heard(now)
    switch (this.pulse.verdict(now, this.#isInUse())) {
      case 'ask':
        void this.#ask()
        break
      case 'dead':
        this.connection.abort(new Error('no sign of life'))
        break
      case 'fine':
        break
    }
  }

  /** It carries more than libp2p's own. */
  #isInUse(): boolean {
    return this.connection.streams.some(({ protocol }) => protocol?.startsWith('/swarmgrad/'))
  }

  async #ask(): Promise<void> {
    const { connection, pulse } = this
    pulse.asked(this.#clock())
    try {
      await ping(connection, this.#times.most)
    } catch {
      // Reset, or out of time while this end was held up: that alone proves nothing.
      pulse.cancelled(this.#clock())
      return
    }
    pulse.answered(this.#clock())
    if (pulse.srtt !== null) connection.rtt = pulse.srtt
  }
}

/** Takes down connections whose other end gives no sign of life, as soon as its own ways let it be sure. */
export const heartbeatPart = (signs: LifeSigns, times: PulseTimes = PULSE_TIMES): NodePart => ({
  attach: (node: Libp2p) => {
    const patients = new Map<string, Patient>()
    const attention = new Attention(times.look, performance.now())
    const clock = (): Milliseconds => attention.at(performance.now())
    const begin = (connection: Connection): void => {
      signs.begin(connection.remoteAddr)
      patients.set(connection.id, new Patient(connection, clock, times))
    }
    const opened = ({ detail }: CustomEvent<Connection>): void => begin(detail)
    const closed = ({ detail }: CustomEvent<Connection>): void => {
      patients.delete(detail.id)
      signs.end(detail.remoteAddr)
    }
    node.addEventListener('connection:open', opened)
    node.addEventListener('connection:close', closed)
    for (const connection of node.getConnections()) begin(connection)
    const timer = setInterval(() => {
      attention.look(performance.now())
      for (const patient of patients.values()) {
        patient.look(signs.take(patient.connection.remoteAddr))
      }
    }, times.look).unref()
    return () => {
      clearInterval(timer)
      node.removeEventListener('connection:open', opened)
      node.removeEventListener('connection:close', closed)
    }
  }
})
