/** Batches for ip(8): who is wired to whom. */
import {
  type HostPlan,
  hasNat,
  innerAddress,
  innerGateway,
  outerAddress,
  type Plan,
  subnetOf
} from './plan.ts'

/** The other end of every host's line. Routes name it with `onlink`, so that all can have the same. */
const GATEWAY = '169.254.1.1'
/** Table of the long way. */
const LONG = 100
/** What waits for the delay to read it. */
const QUEUE = 20_000

export interface Names {
  readonly internet: string
  host(index: number): string
  router(index: number): string
}

export const namesOf = (prefix: string, { hosts }: Plan): Names => ({
  internet: `${prefix}net`,
  host: (index) => `${prefix}${hosts[index]!.name}`,
  router: (index) => `${prefix}${hosts[index]!.name}-r`
})

export const allNames = (names: Names, { hosts }: Plan): readonly string[] => [
  ...hosts.flatMap((host, index) =>
    hasNat(host) ? [names.host(index), names.router(index)] : [names.host(index)]
  ),
  names.internet
]

/** Who is on the line to the internet, and what that end is called. */
const outerEnd = (host: HostPlan, index: number, names: Names): readonly [string, string] =>
  hasNat(host) ? [names.router(index), 'wan'] : [names.host(index), 'e0']

/** For `ip -batch`, in the namespace of the test itself. */
export const lines = (names: Names, plan: Plan): string =>
  plan.hosts
    .flatMap((host, index) => {
      const [outer, device] = outerEnd(host, index, names)
      const wires = [
        `link add h${index} netns ${names.internet} type veth peer name ${device} netns ${outer}`
      ]
      if (hasNat(host)) {
        const host = names.host(index)
        wires.push(`link add lan netns ${outer} type veth peer name e0 netns ${host}`)
      }
      return wires
    })
    .join('\n')

const outerEndBatch = (address: string, device: string): readonly string[] => [
  'link set lo up',
  `addr add ${address}/32 dev ${device}`,
  `link set ${device} up`,
  `route add default via ${GATEWAY} dev ${device} onlink src ${address}`
]

/** For `ip -n NAME -batch`, by namespace, of one host and its router. */
export const hostBatches = (
  host: HostPlan,
  index: number,
  names: Names
): ReadonlyArray<readonly [string, string]> => {
  const [outer, device] = outerEnd(host, index, names)
  const outside = outerEndBatch(outerAddress(host, index), device)
  if (!hasNat(host)) return [[outer, outside.join('\n')]]
  const gateway = innerGateway(index)
  const router = [...outside, `addr add ${gateway}/24 dev lan`, 'link set lan up']
  const inside = [
    'link set lo up',
    `addr add ${innerAddress(index)}/24 dev e0`,
    'link set e0 up',
    `route add default via ${gateway}`
  ]
  return [
    [outer, router.join('\n')],
    [names.host(index), inside.join('\n')]
  ]
}

/** For the namespace in the middle, once its device `wan` is there. */
export const internetBatch = ({ hosts }: Plan): string => {
  const subnets = [...new Set(hosts.map(({ subnet }) => subnetOf(subnet)))]
  return [
    'link set lo up',
    `link set wan txqueuelen ${QUEUE}`,
    'link set wan up',
    ...hosts.flatMap((host, index) => [
      `addr add ${GATEWAY}/32 dev h${index}`,
      `link set h${index} up`,
      `route add ${outerAddress(host, index)}/32 dev h${index}`
    ]),
    'rule add pref 100 iif wan lookup main',
    'rule add pref 110 iif lo lookup main',
    ...subnets.map((subnet) => `rule add pref 120 from ${subnet} to ${subnet} lookup main`),
    `rule add pref 200 lookup ${LONG}`,
    `route add default dev wan table ${LONG}`
  ].join('\n')
}
