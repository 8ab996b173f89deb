import { Server, Socket } from 'node:net'
import type { Listener, Transport } from '@libp2p/interface'

/** Whether to have anything to do with a socket that has been accepted. */
export type Takes = (socket: Socket) => boolean

/** libp2p's listeners, over TCP and WebSocket alike, keep their server to themselves. */
const serverOf = (listener: Listener): Server => {
  const { server } = listener as { readonly server?: unknown }
  if (server instanceof Server) return server
  throw new TypeError('a listener without a server: nobody could be refused')
}

/**
 * The same transport; sockets that are refused are reset before libp2p hears of them. A refusal by its
 * connection gater costs several times the CPU time.
 */
export const withDoor =
  <C>(factory: (components: C) => Transport, takes: Takes) =>
  (components: C): Transport => {
    const transport = factory(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => {
      const listener = createListener(options)
      const server = serverOf(listener)
      const emit = server.emit.bind(server) as (event: string, ...about: unknown[]) => boolean
      server.emit = (event: string, ...about: unknown[]): boolean => {
        const [socket] = about
        if (event !== 'connection' || !(socket instanceof Socket) || takes(socket)) {
          return emit(event, ...about)
        }
        socket.resetAndDestroy()
        return true
      }
      return listener
    }
    return transport
  }
