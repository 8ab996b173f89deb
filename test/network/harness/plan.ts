/** What hosts a test wants, in words of networks. */

/**
 * public: an address of its own, nothing in between.
 * port-restricted: behind a home router that gives one port the same outer port whomever it calls, and lets in
 * only whom exactly that port has called.
 * symmetric: behind one that gives another outer port for everybody who is called.
 * outbound-only: behind a firewall through which nobody can open a connection from outside, not even one that
 * is being opened from inside at the same moment.
 */
export type Access = 'public' | 'port-restricted' | 'symmetric' | 'outbound-only'

export interface HostPlan {
  readonly name: string
  /** From 1. Hosts of one subnet are close to each other; what goes from one to another takes the long way. */
  readonly subnet: number
  readonly access: Access
}

export interface Plan {
  readonly hosts: readonly HostPlan[]
  /** Of the long way, in each direction. */
  readonly delayMs: number
  /** Packets of a thousand that the long way loses, in each direction. */
  readonly lossPerMille: number
}

const MAX_SUBNET = 99
/** A long prefix of a namespace and `e0` have to fit into what names may be long. */
const NAME = /^[a-z][a-z0-9]{0,5}$/

/** @throws RangeError for a plan that cannot be built. */
export const checkPlan = ({ hosts }: Plan): void => {
  for (const { name, subnet } of hosts) {
    if (!NAME.test(name)) throw new RangeError(`${name} is no name for a host`)
    if (subnet < 1 || subnet > MAX_SUBNET) throw new RangeError(`there is no subnet ${subnet}`)
  }
  if (new Set(hosts.map(({ name }) => name)).size < hosts.length) {
    throw new RangeError('two hosts have one name')
  }
}

/** Public addresses: 45.<10 + subnet>.0.0/24. */
export const subnetOf = (subnet: number): string => `45.${10 + subnet}.0.0/24`

/** `index`: of the host in the plan; its address, or that of its home's router. */
export const outerAddress = ({ subnet }: HostPlan, index: number): string =>
  `45.${10 + subnet}.0.${10 + index}`

export const innerAddress = (index: number): string => `192.168.${10 + index}.2`
export const innerGateway = (index: number): string => `192.168.${10 + index}.1`

export const hasNat = ({ access }: HostPlan): boolean =>
  access === 'port-restricted' || access === 'symmetric'
