import type { Connection } from '@libp2p/interface'
import type { Bytes } from '../../vector/vector.ts'
import { MessageStream } from '../reach/message-stream.ts'

/**
 * One question and its answer on a stream of their own.
 * @throws whatever libp2p throws, for a peer that does not know the protocol, hangs up or says nonsense
 */
export const exchange = async (
  connection: Connection,
  protocol: string,
  question: Uint8Array,
  signal: AbortSignal
): Promise<Bytes> => {
  const stream = await connection.newStream(protocol, { signal, negotiateFully: true })
  const messages = new MessageStream(stream)
  try {
    messages.write(question)
    const answer = await messages.read(signal)
    void messages.close()
    return answer
  } catch (error) {
    messages.abort(new Error('no answer'))
    throw error
  }
}
