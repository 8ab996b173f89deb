import { createServer } from 'node:net'
import type { PortCheck } from '../../report/checkup.ts'
import { portHolder } from './port-holder.ts'

const TCP = /^\/(?:ip4|ip6)\/([^/]+)\/tcp\/(\d+)(\/|$)/

const listenOnce = (host: string, port: number): Promise<NodeJS.ErrnoException | null> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  })

const examineOne = async (address: string, running: boolean): Promise<PortCheck> => {
  const [, host, digits] = TCP.exec(address) ?? []
  if (host === undefined) return { address, state: 'unknown', holder: null, code: null }
  const port = Number(digits)
  const error = await listenOnce(host, port)
  if (error === null) return { address, state: 'free', holder: null, code: null }
  const held = error.code === 'EADDRINUSE'
  if (held && running) return { address, state: 'own', holder: null, code: null }
  const holder = held ? await portHolder(port) : null
  return { address, state: held ? 'held' : 'refused', holder, code: error.code ?? error.message }
}

/**
 * Whether a peer could listen on each address; who does already, if not. Never rejects. `running`: it does,
 * and what is taken is its own.
 */
export const examinePorts = (
  addresses: readonly string[],
  running: boolean
): Promise<readonly PortCheck[]> =>
  Promise.all(addresses.map((address) => examineOne(address, running)))
