import { borderlessTable } from './borderless-table.ts'
import type { BackendCheck, Checkup } from './checkup.ts'
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

/** What there is, a row for each backend in the order of `auto`, and what would be faster. */
export const doctorPage = (checkup: Checkup): string => {
  const { node, platform, arch, cpu, cores, backends, remedy } = checkup
  const facts = [
    ['Node', `${node} on ${platform}, ${arch}`],
    ['CPU', `${cpu}, ${cores} core${cores === 1 ? '' : 's'}`],
    ['memory', memoryText(checkup)],
    ['GPU', gpuText(checkup)]
  ] as const
  return [
    ...facts.map(([name, value]) => `${name.padEnd(6)}  ${value}`),
    '',
    borderlessTable(HEAD, LEFT, backends.map(rowOf)),
    '',
    remedy === null
      ? 'Nothing that could be installed is known to be faster on this machine.'
      : `Faster on this machine:  ${remedy}`
  ].join('\n')
}
