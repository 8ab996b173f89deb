import type { ConnectionEncrypter, SecurableStream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

type Chunk = Uint8Array | Uint8ArrayList

async function* plain(source: AsyncIterable<Chunk>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) yield chunk.subarray()
}

/**
 * The same encrypter, which is given nothing but plain arrays. @libp2p/tls 2.2 puts what it reads into a
 * stream of Node's that takes no lists of arrays, and those are what comes through a relay.
 */
export const withPlainChunks =
  <C>(factory: (components: C) => ConnectionEncrypter) =>
  (components: C): ConnectionEncrypter => {
    const encrypter = factory(components)
    const flat = <S extends SecurableStream>(stream: S): S => {
      const source = plain(stream.source as AsyncIterable<Chunk>)
      return { ...stream, source } as S
    }
    const inbound = encrypter.secureInbound.bind(encrypter)
    const outbound = encrypter.secureOutbound.bind(encrypter)
    encrypter.secureInbound = (stream, options) => inbound(flat(stream), options)
    encrypter.secureOutbound = (stream, options) => outbound(flat(stream), options)
    return encrypter
  }
