import type { Connection } from '@libp2p/interface'
import type { PeerName } from '../../strategy/strategy.ts'
import type { Pass } from '../../swarm/invite.ts'
import { askOn, ExchangeError } from './exchange.ts'
import {
  type Answer,
  answerIn,
  DOOR_PROTOCOL,
  MAX_DOOR_BYTES,
  questionBytes,
  VERSIONS
} from './messages.ts'

/** Who wants to come in. */
export interface Caller {
  /** Of the manifest; 64 hexadecimal digits. */
  readonly manifestHash: string
  /** Such as swarmgrad 0.1.0. */
  readonly program: string
  /** Null: it has none, or does not want to use it up. */
  readonly pass: Pass | null
  /** Peers of whom it would know whether they are members there; at most 48. @default none */
  readonly about?: readonly PeerName[]
}

/**
 * Whether the other end would have this peer in its swarm. Rejects with what went wrong when it does not
 * speak the protocol, or not in time.
 */
export const askDoor = async (
  connection: Connection,
  { manifestHash, program, pass, about = [] }: Caller,
  signal: AbortSignal
): Promise<Answer> => {
  const stream = await connection.newStream(DOOR_PROTOCOL, { signal, runOnLimitedConnection: true })
  const question = questionBytes({
    versions: [...VERSIONS],
    program,
    manifest: manifestHash,
    pass,
    about: [...about]
  })
  const answer = answerIn(await askOn(stream, question, MAX_DOOR_BYTES, signal))
  if (answer === null) throw new ExchangeError('answered with something else')
  return answer
}
