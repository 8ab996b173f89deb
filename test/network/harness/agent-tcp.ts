/** An agent's TCP. */
import { connect as connectSocket, createServer, type Socket } from 'node:net'
import type { Connected, End } from './agent-tasks.ts'

export const HELLO = 'hello'

interface Attempt {
  readonly to: End
  readonly localPort: number
  readonly deadlineMs: number
}

const callers: End[] = []

const ends = new Set<Socket>()

const keep = (socket: Socket): void => {
  ends.add(socket)
  socket.on('error', () => {})
  socket.once('close', () => ends.delete(socket))
}

export const listen = async ({ port }: { readonly port: number }): Promise<null> => {
  const server = createServer((socket) => {
    keep(socket)
    callers.push({ host: socket.remoteAddress!, port: socket.remotePort! })
    socket.write(HELLO)
  })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port, '0.0.0.0', done)
  })
  return null
}

export const callersSoFar = async (): Promise<readonly End[]> => callers

export const connect = ({
  to,
  localPort,
  deadlineMs
}: Attempt): Promise<Connected | { readonly error: string }> =>
  new Promise((done) => {
    const socket = connectSocket({ host: to.host, port: to.port, localPort })
    keep(socket)
    const timer = setTimeout(() => {
      socket.destroy()
      done({ error: 'deadline' })
    }, deadlineMs)
    const finish = (answer: Connected | { readonly error: string }): void => {
      clearTimeout(timer)
      done(answer)
    }
    // Where both ends have called, neither is the one that says hello.
    socket.once('connect', () => socket.write(HELLO))
    socket.once('data', (heard: Buffer) => {
      const local = { host: socket.localAddress!, port: socket.localPort! }
      finish({ local, heard: heard.toString() })
    })
    socket.once('error', (error: NodeJS.ErrnoException) => finish({ error: error.code ?? '?' }))
  })

export const punch = async ({
  to,
  localPort,
  deadlineMs
}: Attempt): Promise<Connected | { readonly error: string }> => {
  const end = performance.now() + deadlineMs
  for (;;) {
    const left = end - performance.now()
    const answer = await connect({ to, localPort, deadlineMs: Math.max(left, 1) })
    if (!('error' in answer) || left <= 0) return answer
  }
}

export const handshake = async ({
  to,
  times
}: {
  readonly to: End
  readonly times: number
}): Promise<number> => {
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await new Promise<void>((done, fail) => {
      const socket = connectSocket(to)
      socket.once('connect', () => {
        socket.destroy()
        done()
      })
      socket.once('error', fail)
    })
    shortest = Math.min(shortest, performance.now() - start)
  }
  return shortest
}
