/** Why an address does not lead to a member, in the words of whoever has to do something about it. */
export const FAILURES = [
  'address',
  'dns',
  'refused',
  'timeout',
  'no-route',
  'denied',
  'hung-up',
  'not-libp2p',
  'other-peer',
  'clock',
  'relay',
  'not-swarmgrad',
  'version'
] as const

export interface Failure {
  readonly kind: (typeof FAILURES)[number]
  /** What happened, such as "refused the connection"; no full stop. */
  readonly said: string
  /** What can be done about it; no full stop. */
  readonly advice: string
}

export const failureOf = (kind: Failure['kind'], said: string, advice: string): Failure => ({
  kind,
  said,
  advice
})

const ASK = 'ask whoever sent the link for a new one'

/** Why no connection could be made. `error`: of node:dns or node:net. */
export const tcpFailure = (error: unknown, host: string): Failure => {
  const { code = '', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return failureOf('dns', `DNS knows no ${host}`, `check the name's spelling, or ${ASK}`)
    case 'EAI_AGAIN':
    case 'ETIMEOUT':
    case 'EREFUSED':
    case 'ESERVFAIL':
      return failureOf(
        'dns',
        `no DNS server answers for ${host}`,
        'check that this machine is online and that its DNS works'
      )
    case 'ECONNREFUSED':
      return failureOf(
        'refused',
        'refused the connection: the machine is there, and nothing listens on this port',
        `the peer has stopped, or has moved to another port: ${ASK}`
      )
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return host.includes(':')
        ? failureOf(
            'no-route',
            'no route: this network has no IPv6',
            'use an IPv4 address of the peer'
          )
        : failureOf(
            'no-route',
            `no route to ${host}`,
            'check that this machine is online, and that the address is not one of another private network'
          )
    case 'EACCES':
    case 'EPERM':
      return failureOf(
        'denied',
        'a firewall of this machine forbids the connection',
        'allow outgoing TCP connections of node'
      )
    case 'ECONNRESET':
    case 'EPIPE':
      return failureOf('hung-up', 'hung up while it was called', `try again later, or ${ASK}`)
    case 'ETIMEDOUT':
      return silence(null)
    default:
      return failureOf('hung-up', `cannot be called: ${code || message}`, ASK)
  }
}

/** Nobody says no, and nobody says yes. Null: the operating system gave up. */
export const silence = (seconds: number | null): Failure =>
  failureOf(
    'timeout',
    `nobody answered${seconds === null ? '' : ` within ${seconds} s`}: a firewall or a router drops what is sent there, or the machine is off`,
    'if it is your own peer, forward its port in its router; else try the other addresses'
  )

export const muteness = (seconds: number): Failure =>
  failureOf(
    'timeout',
    `took the call, and then said nothing for ${seconds} s`,
    'its machine is overloaded, or something between the two swallows the traffic: try again later'
  )
