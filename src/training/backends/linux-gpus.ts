import type { Gpu } from './gpu.ts'
import type { Nvidia } from './nvidia.ts'
import type { System } from './system.ts'

interface Maker {
  readonly name: string
  /** As PCI or, of chips without PCI, the kernel's driver knows it. */
  readonly id: RegExp
  /** Names of its Vulkan drivers' files. */
  readonly driver: RegExp
}

/** Makers of GPUs that compute. A server's screen controller or a virtual machine's screen is none. */
const MAKERS: readonly Maker[] = [
  { name: 'NVIDIA', id: /^(0x10de|nvidia|nouveau)$/, driver: /^(nvidia|nouveau)/ },
  { name: 'AMD', id: /^(0x1002|amdgpu|radeon)$/, driver: /^(radeon|amd)/ },
  { name: 'Intel', id: /^(0x8086|i915|xe)$/, driver: /^intel/ },
  { name: 'Qualcomm', id: /^(0x5143|msm)/, driver: /^freedreno/ },
  { name: 'Arm Mali', id: /^(panfrost|panthor)$/, driver: /^panfrost/ },
  { name: 'Broadcom', id: /^(v3d|vc4-drm)/, driver: /^broadcom/ },
  { name: 'Apple', id: /^asahi$/, driver: /^asahi/ }
]

const DEVICES = '/sys/class/drm'
const DRIVERS = ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d']

const makerOf = async ({ read }: System, device: string): Promise<Maker | undefined> => {
  const vendor = (await read(`${DEVICES}/${device}/device/vendor`))?.trim()
  const event = await read(`${DEVICES}/${device}/device/uevent`)
  const id = vendor ?? /^DRIVER=(.*)$/m.exec(event ?? '')?.[1] ?? ''
  return MAKERS.find((maker) => maker.id.test(id))
}

const drivers = async ({ list }: System): Promise<readonly string[]> =>
  (await Promise.all(DRIVERS.map((folder) => list(folder)))).flat()

/** Those that compute, by maker; NVIDIA's by name, since its driver tells. */
export const findLinuxGpus = async (
  system: System,
  nvidia: Nvidia | null
): Promise<readonly Gpu[]> => {
  const installed = await drivers(system)
  const gpuOf = (name: string, { driver }: Maker): Gpu => ({
    name,
    api: installed.some((file) => driver.test(file)) ? 'Vulkan' : null
  })
  const named = (nvidia?.gpus ?? []).map((name) => gpuOf(name, MAKERS[0]!))
  const others: Gpu[] = []
  for (const device of await system.list(DEVICES)) {
    if (!device.startsWith('renderD')) continue
    const maker = await makerOf(system, device)
    if (maker === undefined || (maker === MAKERS[0] && named.length > 0)) continue
    others.push(gpuOf(`${maker.name} GPU`, maker))
  }
  return [...named, ...others]
}
