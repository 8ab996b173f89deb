import { createServer } from 'node:net'
import { RunFailedError } from '../../errors.ts'

/** Below the range from which systems draw the ports of outgoing connections, so none is taken meanwhile. */
const FIRST = 20_000
const LAST = 32_000
const ATTEMPTS = 1000

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })

/** TCP ports of the loopback interface that nobody listens on now. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports = new Set<number>()
  for (let attempt = 0; ports.size < count && attempt < ATTEMPTS; attempt++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  if (ports.size < count) throw new RunFailedError(`no ${count} free ports on 127.0.0.1`)
  return [...ports]
}
