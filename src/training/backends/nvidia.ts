import type { System } from './system.ts'

export interface Nvidia {
  /** Version, such as 550.54.15; null where it does not say. */
  readonly driver: string | null
  readonly gpus: readonly string[]
}

const DRIVER = '/proc/driver/nvidia'
const QUERY = ['--query-gpu=name,driver_version', '--format=csv,noheader']

const modelOf = (information: string | null): string | null =>
  /^Model:\s*(\S.*?)\s*$/m.exec(information ?? '')?.[1] ?? null

const fromFiles = async ({ read, list }: System, version: string): Promise<Nvidia> => {
  const names: string[] = []
  for (const gpu of await list(`${DRIVER}/gpus`)) {
    const name = modelOf(await read(`${DRIVER}/gpus/${gpu}/information`))
    if (name !== null) names.push(name)
  }
  return { driver: /Kernel Module.*?\s(\d+(?:\.\d+)+)/.exec(version)?.[1] ?? null, gpus: names }
}

/** Lines of a GPU's name and the driver's version, as `nvidia-smi` prints them. */
const fromProgram = (printed: string): Nvidia | null => {
  const rows = printed
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter(([name, driver]) => name !== undefined && /^\d+(\.\d+)+$/.test(driver ?? ''))
  if (rows.length === 0) return null
  return { driver: rows[0]![1]!, gpus: rows.map(([name]) => name!) }
}

/** The driver of NVIDIA's GPUs; null without driver or without GPU. */
export const findNvidia = async (system: System): Promise<Nvidia | null> => {
  const { platform, read, run } = system
  if (platform !== 'linux' && platform !== 'win32') return null
  const version = await read(`${DRIVER}/version`)
  if (version !== null) {
    const found = await fromFiles(system, version)
    if (found.gpus.length > 0) return found
  }
  // Windows, its subsystem for Linux, and containers without the driver's files.
  const printed = await run('nvidia-smi', QUERY)
  return printed === null ? null : fromProgram(printed)
}
