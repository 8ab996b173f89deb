import type { Transport } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { InvalidInputError, type Problem } from '../errors.ts'

const problem = (rule: string, remedy: string): Problem => ({ path: 'listen', rule, remedy })

const EXAMPLE = 'give one such as /ip4/0.0.0.0/tcp/4001'

const whyNot = (address: string, error: NodeJS.ErrnoException): Problem => {
  switch (error.code) {
    case 'EADDRINUSE':
      return problem(
        `address in use: ${address}`,
        'stop the other program, or take another port; port 0 picks a free one'
      )
    case 'EADDRNOTAVAIL':
      return problem(
        `not an address of this machine: ${address}`,
        '/ip4/0.0.0.0 stands for all of them'
      )
    case 'EACCES':
      return problem(`not allowed to listen on ${address}`, 'take a port above 1023')
    default:
      return problem(`cannot listen on ${address}: ${error.message}`, EXAMPLE)
  }
}

/**
 * Sees each attempt to listen. libp2p reports failures as prose, lets IPv6 fail in silence beside a
 * working IPv4 address, and passes over an address that no transport knows.
 */
export class ListenReport {
  readonly #outcomes = new Map<string, NodeJS.ErrnoException | null>()

  /** @throws InvalidInputError for whatever is not a multiaddr. */
  static forAddresses(addresses: readonly string[]): ListenReport {
    const problems: Problem[] = []
    for (const address of addresses) {
      try {
        multiaddr(address)
      } catch {
        problems.push(problem(`not a multiaddr: ${address}`, EXAMPLE))
      }
    }
    if (problems.length > 0) throw new InvalidInputError(problems)
    return new ListenReport()
  }

  /** The same transport, under observation. */
  watched<C>(factory: (components: C) => Transport): (components: C) => Transport {
    return (components) => {
      const transport = factory(components)
      const createListener = transport.createListener.bind(transport)
      transport.createListener = (options) => {
        const listener = createListener(options)
        const listen = listener.listen.bind(listener)
        listener.listen = async (address) => {
          const key = address.toString()
          this.#outcomes.set(key, null)
          await listen(address).catch((error: NodeJS.ErrnoException) => {
            this.#outcomes.set(key, error)
            throw error
          })
        }
        return listener
      }
      return transport
    }
  }

  problems(addresses: readonly string[]): readonly Problem[] {
    return addresses.flatMap((address) => {
      const outcome = this.#outcomes.get(multiaddr(address).toString())
      if (outcome === undefined) return [problem(`not a TCP address: ${address}`, EXAMPLE)]
      return outcome === null ? [] : [whyNot(address, outcome)]
    })
  }
}
