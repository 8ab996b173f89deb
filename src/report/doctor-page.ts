import { borderlessTable } from './borderless-table.ts'
import type { BackendCheck, Checkup, PortCheck, Trouble } from './checkup.ts'
import { addressTable, swarmFacts } from './doctor-page-swarm.ts'
import { bytesText } from './figures.ts'

const HEAD = ['backend', 'through', 'state', 'smoke test', 'note']
const LEFT = ['backend', 'through', 'state', 'note']

const noteOf = ({ state, models, reason }: BackendCheck): string =>
  [
    ...(models.length > 0 ? [`for ${models.join(', ')}`] : []),
    ...(state === 'ready' ? ['not needed: others come first'] : []),
    ...(reason === null ? [] : [reason])
  ].join('; ')

const rowOf = (check: BackendCheck): string[] => {
  const { backend, through, state, smokeTest, milliseconds } = check
  const test = milliseconds === null ? smokeTest : `${milliseconds} ms`
  return [backend, through, state, test, noteOf(check)]
}

const gpuText = ({ gpus, nvidiaDriver }: Checkup): string => {
  if (gpus.length === 0) return 'none found'
  const names = gpus.map(({ name, api }) => `${name} (${api ?? 'without a driver for WebGPU'})`)
  const driver = nvidiaDriver === null ? [] : [`NVIDIA's driver ${nvidiaDriver}`]
  return [...names, ...driver].join(', ')
}

const memoryText = ({ memoryBytes, freeMemoryBytes }: Checkup): string =>
  `${bytesText(memoryBytes)}, ${bytesText(freeMemoryBytes)} of it free`

const diskText = ({ disk }: Checkup): string => {
  const free = disk.freeBytes === null ? 'free space unknown' : `${bytesText(disk.freeBytes)} free`
  return `${free} for ${disk.folder}${disk.reason === null ? '' : `; ${disk.reason}`}`
}

const portText = ({ address, state, holder, code }: PortCheck): string => {
  switch (state) {
    case 'free':
      return address.endsWith('/tcp/0') ? `${address}: any free port will do` : `${address} is free`
    case 'own':
      return `${address} is taken by the peer that runs in the folder`
    case 'held':
      return `${address} is taken by ${holder ?? 'another program'}`
    case 'refused':
      return `${address} is refused: ${code}`
    case 'unknown':
      return `${address} is no TCP address`
  }
}

const troubleText = ({ about, said, advice, essential }: Trouble): string =>
  `  ${essential ? '!' : '-'} ${about}: ${said}\n    ${advice}`

const troublesText = ({ troubles, usable, swarm }: Checkup): string => {
  if (troubles.length === 0) return 'No problems.'
  const count = troubles.length === 1 ? '1 problem' : `${troubles.length} problems`
  const where = swarm === null ? 'A peer' : 'A peer of this swarm'
  const end = usable
    ? `${where} works here all the same.`
    : `${where} cannot work before what is marked with ! is repaired.`
  return [`${count}:`, ...troubles.map(troubleText), end].join('\n')
}

type Fact = readonly [name: string, value: string]

const LABEL_WIDTH = 8

const factLine = ([name, value]: Fact): string => `${name.padEnd(LABEL_WIDTH)}  ${value}`

/** What only the members of a swarm can say. */
const UNASKED: readonly Fact[] = ['clock', 'NAT', 'relay'].map((name) => [
  name,
  'not checked: only members of a swarm are asked, and no link was given'
])

/** What there is, a row for each backend in the order of `auto`, what a link leads to, and what is wrong. */
export const doctorPage = (checkup: Checkup): string => {
  const { node, platform, arch, cpu, cores, backends, remedy, ports, swarm } = checkup
  const facts = [
    ['Node', `${node} on ${platform}, ${arch}`],
    ['CPU', `${cpu}, ${cores} core${cores === 1 ? '' : 's'}`],
    ['memory', memoryText(checkup)],
    ['disk', diskText(checkup)],
    ['GPU', gpuText(checkup)],
    ['ports', ports.length === 0 ? 'none: it only calls' : ports.map(portText).join(', ')]
  ] as const
  return [
    ...facts.map(factLine),
    ...(swarm === null ? UNASKED.map(factLine) : []),
    '',
    borderlessTable(HEAD, LEFT, backends.map(rowOf)),
    '',
    remedy === null
      ? 'Nothing that could be installed is known to be faster on this machine.'
      : `Faster on this machine:  ${remedy}`,
    '',
    ...(swarm === null
      ? []
      : [swarmFacts(swarm).map(factLine).join('\n'), '', ...addressTable(swarm)]),
    troublesText(checkup)
  ].join('\n')
}
