import type { PeerName } from '../../strategy/strategy.ts'
import { type Failure, failureOf, muteness } from './failure.ts'

export const otherPeer = (found: PeerName): Failure =>
  failureOf(
    'other-peer',
    `another peer answers there: ${found}`,
    'the peer has moved, or has a new identity: ask whoever sent the link for a new one'
  )

/** Every message in an error and in what it was made of, in one line. */
const wordsOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join(' ')
  const { name = '', message = '', cause } = error as Error
  return `${name} ${message}${cause === undefined ? '' : ` ${wordsOf(cause)}`}`
}

const RELAY_STATUS = /relay with status (\w+)/

const relayFailure = (status: string): Failure =>
  status === 'NO_RESERVATION'
    ? failureOf(
        'relay',
        'the relay answers, and the peer has no place on it any more',
        'the peer has stopped or has found another relay: try its other addresses'
      )
    : failureOf(
        'relay',
        `the relay answers, and does not put through: ${status.toLowerCase().replaceAll('_', ' ')}`,
        'the relay is full, or has lost the peer: try again in a minute, or the other addresses'
      )

/** Why no secure connection came of a TCP connection. libp2p tells it in prose only. */
export const dialFailure = (error: unknown, seconds: number, relayed: boolean): Failure => {
  const words = wordsOf(error)
  const status = RELAY_STATUS.exec(words)?.[1]
  if (status !== undefined) return relayFailure(status)
  if (/certificate (is not valid yet|has expired)/i.test(words)) {
    return failureOf(
      'clock',
      'its certificate is not valid at this time: the clock here or there is wrong',
      'set the clock of this machine (turn on its automatic time)'
    )
  }
  if (/Timeout|Abort/i.test(words)) {
    return relayed
      ? failureOf(
          'relay',
          `the relay answers, and the peer behind it did not within ${seconds} s`,
          'the peer has gone without saying so: try its other addresses'
        )
      : muteness(seconds)
  }
  if (
    /Encryption|Muxer|Negotiat|protocol|unexpected end|EOF|InvalidMessage|InvalidData|closed|reset/i.test(
      words
    )
  ) {
    return failureOf(
      'not-libp2p',
      'takes connections, and does not speak libp2p (or hangs up before it does)',
      'another program listens on this port, or the peer is full or has banned this address: check the port'
    )
  }
  return failureOf('hung-up', `no connection: ${words.trim().slice(0, 200)}`, 'try again later')
}
